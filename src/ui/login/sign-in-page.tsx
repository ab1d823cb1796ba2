import { Alert, Button } from '@mantine/core';
import { texts } from '../texts/texts.ts';
import { DoorCard } from './door-card.tsx';
import { signInError, signInUrl } from './sign-in.ts';

/** What stands in place of everything when the server does not know who is there. */
export function SignInPage({ wasIn }: { wasIn: boolean }) {
  const error = signInError(location);
  return (
    <DoorCard title={wasIn ? texts.signIn.ended : texts.signIn.title}>
      {error && (
        <Alert color="red" variant="outline" role="alert">
          {texts.signIn.errors[error]}
        </Alert>
      )}
      <p>{wasIn ? texts.signIn.endedText : texts.signIn.text}</p>
      <Button component="a" href={signInUrl(location)} autoFocus>
        {texts.signIn.action}
      </Button>
    </DoorCard>
  );
}
