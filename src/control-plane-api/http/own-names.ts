import type { FastifyInstance } from 'fastify';
import { isLoopbackHost } from '../auth/login/loopback.ts';
import type { Exposure } from './exposure.ts';
import { send } from './problems.ts';

/**
 * A server that only its own machine reaches answers to no other machine's name. A page of `evil.example` whose name
 * leads to 127.0.0.1 by now (DNS rebinding) would be of the same origin as we are to its browser, and so read all
 * that we say to anybody on this machine.
 */
export function answerToOwnNames(app: FastifyInstance, { onlyHere, publicUrl }: Exposure): void {
  if (!onlyHere) return;
  const publicName = publicUrl === undefined ? undefined : new URL(publicUrl).hostname;
  app.addHook('onRequest', (request, reply, done) => {
    // Not what a proxy says it was: whoever is on this machine can say so too.
    const name = nameIn(request.headers.host);
    if (name === undefined || name === publicName || isOurs(name)) return done();
    send(reply, {
      type: 'urn:lcm:problem:misdirected',
      title: 'This is not who was asked',
      status: 421,
      detail: 'this server answers to localhost only; LCM_PUBLIC_URL gives it another name',
      instance: request.url.split('?')[0] ?? request.url,
      correlationId: request.id,
    });
  });
}

/** Names below `localhost` lead nowhere else either (RFC 6761, section 6.3). */
const isOurs = (name: string): boolean => isLoopbackHost(name) || name.endsWith('.localhost');

/** The name in a Host header, as a URL has it; nothing that could be ours where it is malformed. */
function nameIn(host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
}
