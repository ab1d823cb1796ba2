import { badRequest } from '../errors.ts';
import { about } from '../lab-life.ts';
import { pyatsTestbed } from '../pyats-testbed.ts';
import { importTopology } from '../topology-import.ts';
import { exportTopology, topologyView } from '../topology-view.ts';
import { Raw, says, type Topic } from './endpoints.ts';

/** Topologies in and out. */
export const topologyTopic: Topic = (on, context) => {
  on.user('POST', '/import', ({ user, body, query }) => {
    // Some clients send the YAML as a JSON string, most send it raw and without a Content-Type.
    const source = typeof body === 'string' ? body : JSON.stringify(body ?? '');
    if (source.trim() === '' || source === '""') throw badRequest('The request has no topology in it.');
    const { lab, warnings } = importTopology(context, user, source, query['title']);
    context.telemetry.record('import_lab', about(lab, user));
    return { id: lab.id, warnings };
  });
  on.lab('lab_view', 'GET', '/labs/:labId/topology', ({ lab, query }) =>
    topologyView(context, lab, !says(query['exclude_configurations'])),
  );
  on.lab('lab_view', 'GET', '/labs/:labId/download', ({ lab, user }) => {
    context.telemetry.record('export_lab', about(lab, user));
    return new Raw('application/x-yaml', exportTopology(context, lab));
  });
  on.lab(
    'lab_view',
    'GET',
    '/labs/:labId/pyats_testbed',
    ({ lab, query }) => new Raw('application/x-yaml', pyatsTestbed(context, lab, query['hostname'])),
  );
};
