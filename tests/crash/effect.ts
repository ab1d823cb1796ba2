import type { Change } from '@lcm/core/spi/state-store.ts';
import { z } from 'zod';
import { OUTSIDE_URL } from '../e2e/virtual-life.ts';

/** What a request to the simulated world does there, e.g. `EC2 RunInstances`; undefined where it only reads. */
export function effectOfRequest(url: string, init: RequestInit): string | undefined {
  const { origin, pathname } = new URL(url);
  const { method = 'GET', body } = init;
  if (pathname.startsWith('/aws/')) {
    const action = new URLSearchParams(textOf(body)).get('Action');
    return action === null || /^(Describe|Get)/.test(action) ? undefined : `EC2 ${action}`;
  }
  // A login changes nothing that anybody would have to give back.
  if (method === 'GET' || method === 'HEAD' || pathname.endsWith('/authenticate')) return undefined;
  const [peer, rest] = origin === OUTSIDE_URL ? peerOf(pathname) : ['CML', pathname.replace('/api/v0', '')];
  return `${peer} ${method} ${rest.split('/').map(templated).join('/')}`;
}

/** What a commit writes: the events of each aggregate, and which step stands how. */
export function effectOfCommit(changes: readonly Change[]): string {
  const events = changes.flatMap((change) => change.events.map(({ type, data }) => type + stepIn(data)));
  return `commit ${[...new Set(events)].join(', ') || changes.map(({ kind }) => kind).join(', ')}`;
}

function peerOf(pathname: string): [string, string] {
  const [, peer = '', ...rest] = pathname.split('/');
  return [peer.toUpperCase(), `/${rest.join('/')}`];
}

/** Ids have digits or are long; the words of a path are short and have none, but for versions of an API. */
function templated(segment: string): string {
  if (/^v\d+$/.test(segment)) return segment;
  return /\d|%/.test(segment) || segment.length > 24 ? ':id' : segment;
}

/** Events of pipelines tell of one step, or of several. */
function stepIn(data: unknown): string {
  const { step, steps = step ? [step] : [] } = stepEvent.catch({}).parse(data);
  return steps.map(({ name, status }) => ` ${name} ${status}`).join('');
}

const stepStanding = z.object({ name: z.string(), status: z.string() });
const stepEvent = z.object({ step: stepStanding.optional(), steps: z.array(stepStanding).optional() });

function textOf(body: RequestInit['body']): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : '';
}
