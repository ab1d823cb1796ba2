import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Mail } from '@lcm/core/spi/mail.ts';
import { createTransport } from 'nodemailer';

export interface SmtpOptions {
  /** `smtps://user:password@host:465`, or `smtp://host:587`, which must offer STARTTLS where a password is given. */
  url: string;
  /** Sender, such as `Lablet Cloud Manager <lcm@example.com>`. */
  from: string;
}

/** E-mail by SMTP, one connection per letter. */
export function smtpMail({ url, from }: SmtpOptions): Mail {
  const server = new URL(url);
  const transport = createTransport({
    host: server.hostname,
    ...(server.port ? { port: Number(server.port) } : {}),
    secure: server.protocol === 'smtps:',
    // A password never goes over a line that others can read.
    requireTLS: server.username !== '' && server.protocol !== 'smtps:',
    ...(server.username
      ? { auth: { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) } }
      : {}),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ id, to, subject, text }) => {
      const messageId = `<${id}@lablet-cloud-manager>`;
      // An object, so that a comma in an address does not make two of it.
      const receiver = { name: '', address: to };
      try {
        const headers = { 'Auto-Submitted': 'auto-generated' };
        await transport.sendMail({ from, to: receiver, messageId, subject: oneLine(subject), text, headers });
      } catch (error) {
        throw refusalOf(error);
      }
    },
  };
}

/** What ends a header must not stand in one. */
const oneLine = (text: string) => text.replace(/[\r\n]+/g, ' ').trim();

/** 5yz is for good (RFC 5321, 4.2.1), unless it is about us and not about the letter. */
function refusalOf(error: unknown): Refusal {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  const forGood = (code === 'EENVELOPE' || code === 'EMESSAGE') && (responseCode ?? 0) >= 500;
  const said = responseCode === undefined ? (code ?? 'no answer') : `answered ${responseCode}`;
  return forGood
    ? new Refusal('rule', `the mail server does not take the letter (${said})`, { cause: error })
    : new Refusal('unavailable', `the mail server does not take letters now (${said})`, { cause: error });
}
