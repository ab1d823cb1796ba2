import type { DefinitionView } from '@lcm/core/api/definitions.ts';
import { Chip } from '../state/chip.tsx';
import { definitionLook } from '../state/definition-look.ts';
import { byText } from '../table/by-text.ts';
import type { Column } from '../table/column.ts';
import { texts } from '../texts/texts.ts';
import { SessionsNow } from './sessions-now.tsx';
import { versionKey } from './version-key.ts';

const { columns } = texts.definitions;

/** The columns of definition lists. */
export const DEFINITION_COLUMNS: readonly Column<DefinitionView>[] = [
  {
    id: 'state',
    header: columns.state,
    width: [160, 0],
    always: true,
    phoneLine: 1,
    compare: byText(({ status }) => status),
    cell: (view) => <Chip look={definitionLook(view)} title={view.deprecatedReason} />,
  },
  {
    id: 'name',
    header: columns.name,
    width: [160, 1.2],
    always: true,
    phoneLine: 2,
    compare: byText(({ spec }) => `${spec.name} ${versionKey(spec.version)}`),
    cell: ({ spec }) => spec.name,
  },
  {
    id: 'version',
    header: columns.version,
    width: [100, 0],
    always: true,
    phoneLine: 2,
    compare: byText(({ spec }) => versionKey(spec.version)),
    cell: ({ spec }) => spec.version,
  },
  {
    id: 'title',
    header: columns.title,
    width: [160, 1.6],
    compare: byText(({ spec, facts }) => spec.title ?? facts.title),
    cell: ({ spec, facts }) => spec.title ?? facts.title,
  },
  {
    id: 'sync',
    header: columns.sync,
    width: [120, 0],
    compare: byText(({ sync }) => sync.status),
    cell: ({ sync }) => <span title={sync.message}>{sync.status}</span>,
  },
  {
    id: 'findings',
    header: columns.findings,
    width: [170, 0],
    compare: (a, b) => a.facts.findings.length - b.facts.findings.length,
    cell: ({ facts }) =>
      texts.definitions.findings(
        facts.findings.filter(({ severity }) => severity === 'error').length,
        facts.findings.filter(({ severity }) => severity === 'warning').length,
      ),
  },
  {
    id: 'nodes',
    header: columns.nodes,
    width: [80, 0],
    compare: (a, b) => a.facts.nodeCount - b.facts.nodeCount,
    cell: ({ facts }) => facts.nodeCount,
  },
  {
    id: 'duration',
    header: columns.duration,
    width: [120, 0],
    compare: (a, b) => a.spec.maxDurationMinutes - b.spec.maxDurationMinutes,
    cell: ({ spec }) => texts.definitions.minutes(spec.maxDurationMinutes),
  },
  {
    id: 'sessions',
    header: columns.sessions,
    width: [120, 0],
    phoneLine: 1,
    cell: ({ id }) => <SessionsNow definitionId={id} />,
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
