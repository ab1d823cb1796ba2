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
    width: '160px',
    always: true,
    phoneLine: 1,
    compare: byText(({ status }) => status),
    cell: (view) => <Chip look={definitionLook(view)} title={view.deprecatedReason} />,
  },
  {
    id: 'name',
    header: columns.name,
    width: 'minmax(160px, 1.2fr)',
    always: true,
    phoneLine: 2,
    compare: byText(({ spec }) => `${spec.name} ${versionKey(spec.version)}`),
    cell: ({ spec }) => spec.name,
  },
  {
    id: 'version',
    header: columns.version,
    width: '100px',
    always: true,
    phoneLine: 2,
    compare: byText(({ spec }) => versionKey(spec.version)),
    cell: ({ spec }) => spec.version,
  },
  {
    id: 'title',
    header: columns.title,
    width: 'minmax(160px, 1.6fr)',
    compare: byText(({ spec, facts }) => spec.title ?? facts.title),
    cell: ({ spec, facts }) => spec.title ?? facts.title,
  },
  {
    id: 'sync',
    header: columns.sync,
    width: '120px',
    compare: byText(({ sync }) => sync.status),
    cell: ({ sync }) => <span title={sync.message}>{sync.status}</span>,
  },
  {
    id: 'findings',
    header: columns.findings,
    width: '170px',
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
    width: '80px',
    compare: (a, b) => a.facts.nodeCount - b.facts.nodeCount,
    cell: ({ facts }) => facts.nodeCount,
  },
  {
    id: 'duration',
    header: columns.duration,
    width: '120px',
    compare: (a, b) => a.spec.maxDurationMinutes - b.spec.maxDurationMinutes,
    cell: ({ spec }) => texts.definitions.minutes(spec.maxDurationMinutes),
  },
  {
    id: 'sessions',
    header: columns.sessions,
    width: '120px',
    phoneLine: 1,
    cell: ({ id }) => <SessionsNow definitionId={id} />,
  },
  {
    id: 'id',
    header: columns.id,
    width: 'minmax(160px, 1fr)',
    extra: true,
    compare: byText(({ id }) => id),
    cell: ({ id }) => <span className="mono">{id}</span>,
  },
];
