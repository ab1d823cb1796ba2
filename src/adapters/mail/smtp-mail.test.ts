import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { smtpMail } from './smtp-mail.ts';

let server: SMTPServer;
let letters: string[];
let port = 0;

beforeEach(async () => {
  letters = [];
  server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: ({ address }, _session, done) => {
      if (address.startsWith('nobody@'))
        done(Object.assign(new Error('no such user'), { responseCode: 550 }));
      else if (address.startsWith('later@')) done(Object.assign(new Error('busy'), { responseCode: 451 }));
      else done();
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join();
        letters.push(`to ${to}\n${Buffer.concat(parts).toString()}`);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

const mail = () => smtpMail({ url: `smtp://127.0.0.1:${port}`, from: 'LCM <lcm@example.com>' });
const letter = { id: 'n-1', to: 'ann@example.com', subject: 'Session failed', text: 'It failed.' };

it('hands a letter over, with an id that stays the same', async () => {
  await mail().send(letter);
  await mail().send(letter);
  expect(letters).toHaveLength(2);
  for (const text of letters) {
    expect(text).toMatch(/^to ann@example\.com$/m);
    expect(text).toMatch(/^Message-ID: <n-1@lablet-cloud-manager>\r$/im);
    expect(text).toMatch(/^Subject: Session failed\r$/m);
    expect(text).toContain('It failed.');
  }
});

it('lets nobody add headers or receivers', async () => {
  const subject = 'x\r\nBcc: eve@example.com';
  await mail().send({ ...letter, subject, to: 'ann@example.com' });
  expect(letters[0]).not.toMatch(/^Bcc:/im);
  expect(letters[0]).toMatch(/^to ann@example\.com$/m);
});

it('tells a letter that is never taken from one that may be later', async () => {
  await expect(mail().send({ ...letter, to: 'nobody@example.com' })).rejects.toMatchObject({ code: 'rule' });
  await expect(mail().send({ ...letter, to: 'later@example.com' })).rejects.toMatchObject({
    code: 'unavailable',
  });
});

it('does not send a password over a line that is not encrypted', async () => {
  const open = smtpMail({ url: `smtp://me:marker-secret@127.0.0.1:${port}`, from: 'lcm@example.com' });
  const refusal = await open.send(letter).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'unavailable' });
  expect(String(refusal)).not.toContain('marker-secret');
  expect(letters).toEqual([]);
});

it('says that the server is not there', async () => {
  const lost = smtpMail({ url: 'smtp://127.0.0.1:1', from: 'lcm@example.com' });
  await expect(lost.send(letter)).rejects.toMatchObject({ code: 'unavailable' });
});
