import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock/system-clock.ts';
import { patConsoles } from './consoles.ts';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** A device that answers each line by the function, in two pieces, after whatever it says at first. */
async function device(answer: (line: string) => string, greeting: string | Buffer = ''): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.write(greeting);
    let line = '';
    socket.on('data', (bytes) => {
      for (const character of bytes.toString('latin1')) {
        if (character !== '\r') {
          line += character;
          if (character === ' ' && line === ' ') line = '';
          continue;
        }
        const text = answer(line);
        line = '';
        socket.write(text.slice(0, Math.ceil(text.length / 2)));
        setImmediate(() => socket.write(text.slice(Math.ceil(text.length / 2))));
      }
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function router(): (line: string) => string {
  let mode = '>';
  return (line) => {
    if (line === 'enable') mode = '#';
    const printed = line === 'show clock' ? '\r\n*12:00:00.000 UTC\r\n' : '';
    return `${line}\r\n${printed}R1${mode}`;
  };
}

const never = new AbortController().signal;

describe('the console of a node', () => {
  it('runs commands in privileged mode and gives what each printed, without echo and prompt', async () => {
    const port = await device(router());
    const consoles = patConsoles({ clock: systemClock });
    const printed = await consoles.run('127.0.0.1', port, ['show clock', 'show nothing'], never);
    expect(printed).toEqual({ 'show clock': '*12:00:00.000 UTC', 'show nothing': '' });
  });

  it('is not led astray by telnet negotiation and a prompt that was there before', async () => {
    const greeting = Buffer.concat([Buffer.from([255, 251, 1, 255, 253, 3]), Buffer.from('\r\nR1>\r\nR1>')]);
    const port = await device(router(), greeting);
    const consoles = patConsoles({ clock: systemClock });
    const printed = await consoles.run('127.0.0.1', port, ['show clock'], never);
    expect(printed).toEqual({ 'show clock': '*12:00:00.000 UTC' });
  });

  it('speaks to a shell as well, in its own character set', async () => {
    const port = await device((line) => `${line}\r\n${line === 'hostname' ? 'größe\r\n' : ''}cisco@host:~$ `);
    const consoles = patConsoles({ clock: systemClock });
    expect(await consoles.run('127.0.0.1', port, ['hostname'], never)).toEqual({ hostname: 'größe' });
  });

  it('takes one turn after the other on the same port', async () => {
    const port = await device(router());
    const consoles = patConsoles({ clock: systemClock });
    const both = await Promise.all([
      consoles.run('127.0.0.1', port, ['show clock'], never),
      consoles.run('127.0.0.1', port, ['show clock'], never),
    ]);
    expect(both[0]).toEqual(both[1]);
  });

  it('is unavailable when it stays silent, and when nobody waits for it any more', async () => {
    const port = await device(() => '');
    const silent = patConsoles({ clock: systemClock, promptTimeoutMs: 50 });
    await expect(silent.run('127.0.0.1', port, ['x'], never)).rejects.toMatchObject({ code: 'unavailable' });
    const patient = patConsoles({ clock: systemClock });
    const running = patient.run('127.0.0.1', port, ['x'], AbortSignal.abort('too late'));
    await expect(running).rejects.toMatchObject({ code: 'unavailable' });
  });
});
