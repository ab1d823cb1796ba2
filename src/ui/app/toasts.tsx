import '@mantine/notifications/styles.layer.css';
import { Notifications } from '@mantine/notifications';

/** Where results are told that happen out of sight; fetched after the first drawing. */
export function Toasts() {
  return <Notifications position="bottom-right" limit={3} />;
}
