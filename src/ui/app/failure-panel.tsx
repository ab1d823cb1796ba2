import { Alert, Button, CopyButton, Group, Text } from '@mantine/core';
import { texts } from '../texts/texts.ts';
import { wordsOf } from './use-act.ts';

/** An error in the place where it happened, with what to do about it. */
export function FailurePanel({ error, retry }: { error: unknown; retry?: () => void }) {
  const message = wordsOf(error);
  return (
    <Alert color="red" variant="outline" title={texts.failure.title} role="alert">
      <Text size="sm" mb="sm">
        {message}
      </Text>
      <Group gap="sm">
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            {texts.failure.retry}
          </Button>
        )}
        <CopyButton value={message}>
          {({ copy }) => (
            <Button size="xs" variant="subtle" onClick={copy}>
              {texts.failure.copy}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
