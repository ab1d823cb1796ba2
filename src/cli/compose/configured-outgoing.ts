import { guardedWeb } from '@lcm/adapters/http/guarded-web.ts';
import { type Reachable, reachableAddresses } from '@lcm/adapters/http/reachable-addresses.ts';
import { smtpMail } from '@lcm/adapters/mail/smtp-mail.ts';
import type { Outgoing } from '@lcm/control-plane-api/notifications/outgoing.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Mail } from '@lcm/core/spi/mail.ts';
import type { Secrets } from '@lcm/core/spi/secrets.ts';
import { type Config, ConfigProblem } from '../config.ts';
import { secretOf } from './configured-secrets.ts';

/** Answers to webhooks are not read, only counted. */
const MAX_ANSWER_BYTES = 64_000;

/**
 * By what messages leave: the web without its private parts, and a mail server where one is configured.
 * @throws ConfigProblem that says which value is wrong
 */
export async function configuredOutgoing(config: Config, secrets: Secrets, clock: Clock): Promise<Outgoing> {
  const web = guardedWeb({ reachable: reachable(config), clock, maxBytes: MAX_ANSWER_BYTES });
  const mail = await configuredMail(config, secrets);
  return mail ? { web, mail } : { web };
}

function reachable({ allowedTargets }: Config): Reachable {
  try {
    return reachableAddresses(allowedTargets.split(',').filter((one) => one.trim() !== ''));
  } catch (cause) {
    if (cause instanceof Refusal) throw new ConfigProblem(`LCM_ALLOWED_TARGETS: ${cause.message}`);
    throw cause;
  }
}

async function configuredMail({ smtpUrl, mailFrom }: Config, secrets: Secrets): Promise<Mail | undefined> {
  if (smtpUrl === undefined) return undefined;
  if (mailFrom === undefined) throw new ConfigProblem('LCM_MAIL_FROM is needed where LCM_SMTP_URL is set');
  const url = await secretOf(secrets, 'LCM_SMTP_URL', smtpUrl);
  if (!/^smtps?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new ConfigProblem('LCM_SMTP_URL is no URL such as smtps://user:password@mail.example.com:465');
  return smtpMail({ url, from: mailFrom });
}
