import { expect, it } from 'vitest';
import type { Bare } from './decider.ts';
import { type InboundEventEvent, inboundEvent, inboundEventDecider } from './inbound-event.ts';
import { given } from './scenario.fixture.ts';

const event = {
  id: 'lds|1',
  source: 'lds',
  eventId: '1',
  eventType: 'lds.session.started.v1',
  data: { session_id: 's-1' },
  sessionId: 's-1',
};
const received = { type: 'inbound-event.received', event } as const;
const applied = { type: 'inbound-event.settled', status: 'APPLIED' } as const;
const when = (history: readonly Bare<InboundEventEvent>[]) => given(inboundEventDecider, history);

it('an event that came in waits until it applies', () => {
  const answer = when([]).when({ type: 'receive', event });
  answer.happens(received);
  expect(inboundEvent.parse(answer.state())).toMatchObject({ status: 'WAITING', sessionId: 's-1' });
});

it('the same source and id comes in once, whatever it carries', () => {
  when([received])
    .when({ type: 'receive', event: { ...event, data: {} } })
    .happens();
  when([received, applied]).when({ type: 'receive', event }).happens();
});

it('is settled once, with what became of it', () => {
  const ignored = when([received]).when({ type: 'settle', status: 'IGNORED', message: 'of no known type' });
  expect(ignored.state()).toMatchObject({ status: 'IGNORED', message: 'of no known type' });
  when([received, applied]).when({ type: 'settle', status: 'IGNORED' }).happens();
});

it('settles nothing that never came in', () => {
  when([]).when({ type: 'settle', status: 'APPLIED' }).happens();
});
