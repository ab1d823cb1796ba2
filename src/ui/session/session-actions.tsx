import type { SessionView } from '@lcm/core/api/sessions.ts';
import { ActionIcon, Button, Group, Menu, Modal, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { client } from '../app/client.ts';
import { useMayCall } from '../app/me.ts';
import { useAct } from '../app/use-act.ts';
import { stores } from '../store/stores.ts';
import { texts } from '../texts/texts.ts';
import { clockTime } from '../time/format.ts';
import { zone, zoneName } from '../time/zone.ts';
import { availableActions, type SessionAction } from './available-actions.ts';

const { actions } = texts.session;
const NAMES: Record<SessionAction, string> = {
  extend: actions.extend,
  collect: actions.finish,
  pause: actions.pause,
  resume: actions.resume,
  hold: actions.hold,
  unhold: actions.unhold,
  grade: actions.grade,
  cancel: actions.cancel,
};
/** Those that touch what a candidate has are confirmed; the rest can be undone and is just done. */
const CONFIRM: Partial<Record<SessionAction, { title: (id: string) => string; text: string }>> = {
  collect: { title: actions.finishTitle, text: actions.finishText },
  pause: { title: actions.pauseTitle, text: actions.pauseText },
  cancel: { title: actions.cancelTitle, text: actions.cancelText },
};
const EXTEND_SECONDS = 900;

/** One button for the likeliest thing, a menu for the rest. */
export function SessionActions({ view }: { view: SessionView }) {
  const mayCall = useMayCall();
  const { act, busy } = useAct();
  const [confirming, setConfirming] = useState<SessionAction>();
  const [primary, ...rest] = availableActions(view, mayCall);
  if (!primary) return null;
  const run = async (action: SessionAction) => {
    const done = await act(NAMES[action], () => ask(action, view));
    if (done) setConfirming(undefined);
  };
  const choose = (action: SessionAction) => {
    if (CONFIRM[action]) setConfirming(action);
    else void run(action);
  };
  const dialog = confirming && CONFIRM[confirming];
  return (
    <Group gap="xs" wrap="nowrap">
      <Button
        size="xs"
        variant={primary === 'cancel' ? 'default' : 'filled'}
        loading={busy && !confirming}
        onClick={() => choose(primary)}
      >
        {NAMES[primary]}
      </Button>
      {rest.length > 0 && (
        <Menu position="bottom-end" shadow="md">
          <Menu.Target>
            <ActionIcon variant="default" size={30} aria-label={actions.more}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map((action) => (
              <Menu.Item
                key={action}
                {...(action === 'cancel' ? { c: 'var(--tone-failed)' } : {})}
                onClick={() => choose(action)}
              >
                {NAMES[action]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {confirming && dialog && (
        <Modal opened onClose={() => setConfirming(undefined)} title={dialog.title(view.id)} centered>
          <Text size="sm">{dialog.text}</Text>
          <Group mt="lg" justify="flex-end" gap="sm">
            <Button data-autofocus variant="default" onClick={() => setConfirming(undefined)}>
              {actions.keep}
            </Button>
            <Button color="red" loading={busy} onClick={() => run(confirming)}>
              {NAMES[confirming]}
            </Button>
          </Group>
        </Modal>
      )}
    </Group>
  );
}

/** Asks the server, on the version that is shown; the answer is shown at once. */
async function ask(action: SessionAction, view: SessionView): Promise<void> {
  const common = { params: { id: view.id }, headers: { 'if-match': `"${view.version}"` } };
  if (action !== 'extend') {
    stores.session.put([await client.sessions[action]({ ...common, body: {} })]);
    return;
  }
  const extended = await client.sessions.extend({ ...common, body: { seconds: EXTEND_SECONDS } });
  stores.session.put([extended]);
  const end = Date.parse(extended.timeslot.end);
  notifications.show({
    message: actions.extended(`${clockTime(end, zone())} ${zoneName(zone(), end)}`),
    autoClose: 6_000,
  });
}
