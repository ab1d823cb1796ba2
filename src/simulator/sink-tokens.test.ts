import { expect, it } from 'vitest';
import { type SinkTokens, withSinkTokens } from './sink-tokens.ts';

it('shows each sink its own token as it is now, and nobody else any', async () => {
  const seen: (string | null)[] = [];
  const transport: typeof globalThis.fetch = async (_target, init) => {
    seen.push(new Headers(init?.headers).get('authorization'));
    return new Response();
  };
  const tokens: SinkTokens = new Map([['https://lcm/api/events', 'first']]);
  const fetch = withSinkTokens(transport, tokens);
  await fetch('https://lcm/api/events', { method: 'POST' });
  tokens.set('https://lcm/api/events', 'second');
  await fetch('https://lcm/api/events', { headers: { 'content-type': 'x' } });
  await fetch('https://elsewhere/api/events');
  expect(seen).toEqual(['Bearer first', 'Bearer second', null]);
});
