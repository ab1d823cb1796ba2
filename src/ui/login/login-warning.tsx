import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { queryClient } from '../app/client.ts';
import { askMe, ME, useMe } from '../app/me.ts';
import { browserPace } from '../browser/pace.ts';
import { serverNow } from '../live/live.ts';
import { texts } from '../texts/texts.ts';
import { stay } from './presence.ts';
import { signInUrl } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { type LoginEnds, timeLeft } from './time-left.ts';

/** Warns before the login ends, and lets one stay. Says nothing as long as there is time. */
export function LoginWarning() {
  const ends = useMe()?.login;
  const warned = useWarned(ends);
  if (!ends || !warned) return null;
  return <Warning ends={ends} />;
}

function Warning({ ends }: { ends: LoginEnds }) {
  const { ms, canStay } = timeLeft(ends, useSecond());
  useEffect(() => {
    // The server knows best whether it is over.
    if (ms === 0) void queryClient.invalidateQueries({ queryKey: ME });
  }, [ms]);
  const left = `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1_000) % 60).padStart(2, '0')}`;
  return (
    <Modal opened onClose={canStay ? stay : () => {}} withCloseButton={false} title={texts.loginEnds.title}>
      <Text role="timer">{canStay ? texts.loginEnds.idle(left) : texts.loginEnds.absolute(left)}</Text>
      <Group mt="md" gap="sm">
        {canStay ? (
          <Button onClick={stay} data-autofocus>
            {texts.loginEnds.stay}
          </Button>
        ) : (
          <Button component="a" href={signInUrl(location)} data-autofocus>
            {texts.loginEnds.signInAgain}
          </Button>
        )}
        <Button variant="default" onClick={signOut}>
          {texts.signOut}
        </Button>
      </Group>
    </Modal>
  );
}

/** Whether the warning is due. Before it says so the server is asked: another tab may have given a sign. */
function useWarned(ends: LoginEnds | undefined): boolean {
  const [warned, setWarned] = useState(false);
  useEffect(() => {
    setWarned(false);
    if (!ends) return;
    const { warnInMs } = timeLeft(ends, serverNow());
    return browserPace.after(warnInMs, () => {
      askMe().then(
        (me) => setWarned(me.login !== undefined && timeLeft(me.login, serverNow()).warnInMs === 0),
        // Who cannot be asked will be, when it is back; until then it is better to warn.
        () => setWarned(true),
      );
    });
  }, [ends]);
  return warned;
}

/** The server's time, drawn once a second. */
function useSecond(): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => browserPace.after(1_000, () => setNow(serverNow())));
  return now;
}
