import type { Notice } from '@lcm/core/domain/notification.ts';

const SOURCE = '/lablet-cloud-manager';

/** What a webhook is sent: a CloudEvent, or a batch of them where several go together. */
export function webhookMessage(
  notices: readonly Notice[],
  isDigest: boolean,
): { type: string; body: string } {
  const events = notices.map(cloudEventOf);
  return isDigest
    ? { type: 'application/cloudevents-batch+json', body: JSON.stringify(events) }
    : { type: 'application/cloudevents+json', body: JSON.stringify(events[0]) };
}

/** What a mailbox is sent. */
export function letterOf(notices: readonly Notice[]): { subject: string; text: string } {
  const [first] = notices;
  const subject = notices.length === 1 && first ? first.title : `${notices.length} notifications`;
  const parts = notices.map(({ title, at, facts, about }) =>
    [
      title,
      `  ${about.kind}: ${about.id}`,
      ...Object.entries(facts).map(([name, value]) => `  ${name}: ${value}`),
      `  at: ${at}`,
    ].join('\n'),
  );
  const close = 'You are told because of a subscription in Lablet Cloud Manager. Mute or delete it there.';
  return { subject: `[LCM] ${subject}`, text: `${[...parts, close].join('\n\n')}\n` };
}

function cloudEventOf({ id, occasion, at, about, title, facts }: Notice): object {
  return {
    specversion: '1.0',
    id,
    source: SOURCE,
    type: `io.lablet-cloud-manager.notification.${occasion}.v1`,
    subject: `${about.kind}/${about.id}`,
    time: at,
    datacontenttype: 'application/json',
    data: { title, ...facts },
  };
}
