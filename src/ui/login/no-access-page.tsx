import { Button } from '@mantine/core';
import { texts } from '../texts/texts.ts';
import { DoorCard } from './door-card.tsx';
import { signOut } from './sign-out.ts';

/** What stands in place of everything for those whom the issuer knows and who may do nothing here. */
export function NoAccessPage() {
  return (
    <DoorCard title={texts.noAccess.title}>
      <p>{texts.noAccess.text}</p>
      <Button onClick={signOut}>{texts.signOut}</Button>
    </DoorCard>
  );
}
