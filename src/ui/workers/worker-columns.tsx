import { WORKER_STATUSES } from '@lcm/core/api/vocabulary.ts';
import type { WorkerView } from '@lcm/core/api/workers.ts';
import { Link } from '@tanstack/react-router';
import { dollars } from '../session/dollars.ts';
import { Chip } from '../state/chip.tsx';
import { workerLook } from '../state/worker-look.ts';
import { byText } from '../table/by-text.ts';
import type { Column } from '../table/column.ts';
import { texts } from '../texts/texts.ts';
import { Age } from '../time/age.tsx';
import { Share } from './share.tsx';

const { columns } = texts.workers;
const words: Record<string, number> = Object.fromEntries(
  WORKER_STATUSES.map((status, index) => [status, index]),
);

/** The columns of worker lists. */
export const WORKER_COLUMNS: readonly Column<WorkerView>[] = [
  {
    id: 'state',
    header: columns.state,
    width: [140, 1],
    always: true,
    phoneLine: 1,
    compare: (a, b) => (words[a.status] ?? 0) - (words[b.status] ?? 0),
    cell: (view) => <Chip look={workerLook(view.status)} title={troubleOf(view)} />,
  },
  {
    id: 'name',
    header: columns.name,
    width: [120, 1.2],
    always: true,
    phoneLine: 2,
    compare: byText(({ name }) => name),
    cell: ({ id, name }) => (
      <Link to="/workers/$id" params={{ id }} tabIndex={-1} title={id}>
        {name}
      </Link>
    ),
  },
  {
    id: 'region',
    header: columns.region,
    width: [100, 0],
    compare: byText(({ region }) => region),
    cell: ({ region }) => region,
  },
  {
    id: 'template',
    header: columns.template,
    width: [120, 1],
    compare: byText(({ template }) => template.name),
    cell: ({ template }) => template.name,
  },
  {
    id: 'cpu',
    header: columns.cpu,
    width: [125, 0.8],
    phoneLine: 2,
    compare: (a, b) => a.occupancy.cpuCores - b.occupancy.cpuCores,
    cell: ({ occupancy }) => <Share share={occupancy.cpuCores} />,
  },
  {
    id: 'memory',
    header: columns.memory,
    width: [145, 0.8],
    compare: (a, b) => a.occupancy.memoryGb - b.occupancy.memoryGb,
    cell: ({ occupancy }) => <Share share={occupancy.memoryGb} />,
  },
  {
    id: 'nodes',
    header: columns.nodes,
    width: [130, 0.8],
    extra: true,
    compare: (a, b) => a.occupancy.nodes - b.occupancy.nodes,
    cell: ({ occupancy }) => <Share share={occupancy.nodes} />,
  },
  {
    id: 'sessions',
    header: columns.sessions,
    width: [85, 0],
    phoneLine: 1,
    compare: (a, b) => a.sessions - b.sessions,
    cell: ({ sessions }) => sessions,
  },
  {
    id: 'licence',
    header: columns.licence,
    width: [140, 0],
    compare: byText(({ licence, template }) => licence?.authorization ?? template.licenceType),
    cell: ({ licence }) =>
      licence?.authorization ?? <span className="quiet">{texts.workers.unlicensed}</span>,
  },
  {
    id: 'cost',
    header: columns.cost,
    width: [95, 0],
    compare: (a, b) => a.costUsd - b.costUsd,
    cell: ({ costUsd }) => dollars(costUsd),
  },
  {
    id: 'since',
    header: columns.since,
    width: [108, 0],
    compare: byText(({ statusSince }) => statusSince),
    cell: ({ statusSince }) => <Age at={statusSince} />,
  },
  {
    id: 'instance',
    header: columns.instance,
    width: [180, 0],
    extra: true,
    compare: byText(({ instanceId }) => instanceId ?? ''),
    cell: ({ instanceId }) => <span className="mono">{instanceId}</span>,
  },
  {
    id: 'id',
    header: columns.id,
    width: [160, 1],
    extra: true,
    compare: byText(({ id }) => id),
    cell: ({ id }) => <span className="mono">{id}</span>,
  },
];

/** The reason of the newest condition that does not hold. */
function troubleOf({ conditions }: WorkerView): string | undefined {
  const troubled = conditions
    .filter(({ status, message }) => status === 'False' && message)
    .sort((a, b) => (a.since < b.since ? 1 : -1))[0];
  return troubled && `${troubled.type}: ${troubled.reason}, ${troubled.message}`;
}
