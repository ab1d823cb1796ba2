import { captureOf, captureStatus, packetList, pcapFile, startCapture } from '../captures.ts';
import { badRequest, notFound } from '../errors.ts';
import { linkOf, touch } from '../labs.ts';
import { createLink, linkView, stateOfLink } from '../links.ts';
import type { LinkCondition, LinkRecord } from '../model.ts';
import { flag, number, object, optional, required, text } from '../shape.ts';
import { type Call, type LabCall, Raw, says, type Topic } from './endpoints.ts';

/** Links: create, run, impair, capture. */
export const linksTopic: Topic = (on, context) => {
  const path = '/labs/:labId/links/:linkId';
  const { captures } = context.store;
  const link = ({ lab, params }: LabCall) => linkOf(lab, params['linkId'] ?? '');

  on.lab('lab_view', 'GET', '/labs/:labId/links', ({ lab, query }) =>
    lab.links.map((one) => (says(query['data']) ? linkView(context, lab, one) : one.id)),
  );
  on.lab('lab_edit', 'POST', '/labs/:labId/links', ({ lab, body }) => {
    const from = object(body, 'body');
    const made = createLink(
      context,
      lab,
      required(from, 'src_int', text(64, 1)),
      required(from, 'dst_int', text(64, 1)),
    );
    return { id: made.id, label: made.label };
  });
  on.lab('lab_view', 'GET', path, (call) => linkView(context, call.lab, link(call)));
  on.lab('lab_edit', 'DELETE', path, (call) => {
    const gone = link(call);
    call.lab.links = call.lab.links.filter((one) => one !== gone);
    captures.delete(gone.id);
    touch(context, call.lab);
  });
  on.lab('lab_view', 'GET', `${path}/state`, (call) => ({ state: stateOfLink(context, link(call)) }));
  on.lab('lab_view', 'GET', `${path}/check_if_converged`, (call) => link(call) !== undefined);
  for (const [verb, up] of [
    ['start', true],
    ['stop', false],
  ] as const)
    on.lab('lab_exec', 'PUT', `${path}/state/${verb}`, (call) => {
      link(call).up = up;
      touch(context, call.lab);
    });

  on.lab('lab_view', 'GET', `${path}/condition`, (call) => link(call).condition ?? {});
  on.lab('lab_edit', 'PATCH', `${path}/condition`, (call) => {
    const one = link(call);
    one.condition = { enabled: true, ...one.condition, ...readCondition(call.body) };
    touch(context, call.lab);
    return one.condition;
  });
  on.lab('lab_edit', 'DELETE', `${path}/condition`, (call) => {
    link(call).condition = null;
    touch(context, call.lab);
  });

  on.lab('lab_exec', 'PUT', `${path}/capture/start`, (call) => {
    const one = link(call);
    if (stateOfLink(context, one) !== 'STARTED')
      throw badRequest(`Link ${one.id} is not started: nothing can be captured.`);
    const capture = startCapture(context, one, call.body);
    captures.put(capture.key, capture);
    context.telemetry.record('packet_capture', {
      lab_id: call.lab.id,
      link_id: one.id,
      user_id: call.user.id,
      username: call.user.username,
    });
    return captureStatus(context, capture);
  });
  on.lab('lab_exec', 'PUT', `${path}/capture/stop`, (call) => {
    const capture = captureOf(captures, link(call).id);
    captures.put(capture.key, {
      ...capture,
      endMs: Math.min(capture.endMs ?? Infinity, context.world.clock.now()),
    });
  });
  on.lab('lab_view', 'GET', `${path}/capture/status`, (call) => {
    const capture = captures.get(link(call).id);
    return capture ? captureStatus(context, capture) : {};
  });
  on.lab('lab_view', 'GET', `${path}/capture/key`, (call) => captureOf(captures, link(call).id).key);

  const captured = ({ params }: Call) => {
    const capture = captureOf(captures, params['key'] ?? '');
    const one = context.store.labs
      .values()
      .flatMap((lab): LinkRecord[] => lab.links)
      .find((candidate) => candidate.id === capture.key);
    if (!one) throw notFound('Link', capture.key);
    return { capture, one };
  };
  on.user('GET', '/pcap/:key', (call) => {
    const { capture, one } = captured(call);
    return new Raw('application/vnd.tcpdump.pcap', pcapFile(context, capture, one));
  });
  on.user('GET', '/pcap/:key/packets', (call) => {
    const { capture, one } = captured(call);
    return packetList(context, capture, one);
  });
};

/** Bounds as CML documents them: kbit/s, ms and percent. */
const bounds: Record<string, number> = {
  bandwidth: 10_000_000,
  latency: 10_000,
  jitter: 10_000,
  loss: 100,
  duplicate: 100,
  reorder: 100,
  corrupt: 100,
  delay_corr: 100,
  loss_corr: 100,
  duplicate_corr: 100,
  reorder_prob: 100,
  reorder_corr: 100,
  corrupt_prob: 100,
  corrupt_corr: 100,
};

function readCondition(body: unknown): LinkCondition {
  const from = object(body, 'body');
  const condition: LinkCondition = {};
  for (const name of Object.keys(from)) {
    if (name === 'enabled') continue;
    const max = bounds[name];
    if (max === undefined) throw badRequest(`body.${name}: no such link condition`);
    condition[name] = number(0, max)(from[name], `body.${name}`);
  }
  const enabled = optional(from, 'enabled', flag);
  return enabled === undefined ? condition : { ...condition, enabled };
}
