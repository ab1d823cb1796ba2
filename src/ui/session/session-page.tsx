import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { FailurePanel } from '../app/failure-panel.tsx';
import page from '../app/page.module.css';
import { TableSkeleton } from '../table/table-skeleton.tsx';
import { texts } from '../texts/texts.ts';
import { HistoryTab } from './history-tab.tsx';
import { NowTab } from './now-tab.tsx';
import { PipelinesTab } from './pipelines-tab.tsx';
import { PlacementTab } from './placement-tab.tsx';
import { ScoreTab } from './score-tab.tsx';
import { SessionHead } from './session-head.tsx';
import { SessionRail } from './session-rail.tsx';
import { useSession } from './use-session.ts';

const route = getRouteApi('/sessions/$id');
const TABS = ['now', 'pipelines', 'placement', 'score', 'history'] as const;

/** One session, live: its way, its pipelines, why it is where it is, what came of it. */
export function SessionPage() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { view, failed } = useSession(id);
  const tab = TABS.find((one) => one === search.tab) ?? 'now';
  const onTab = (next: string | null) => void navigate({ search: { tab: next ?? undefined }, replace: true });
  const onStep = useCallback(
    (step: string | undefined) => void navigate({ search: (old) => ({ ...old, step }), replace: true }),
    [navigate],
  );

  if (!view) {
    return (
      <div className={page.page}>
        {failed ? <FailurePanel error={new Error(texts.session.unknown(id))} /> : <TableSkeleton />}
      </div>
    );
  }
  return (
    <div className={page.page}>
      <SessionHead view={view} />
      <SessionRail view={view} />
      <Tabs value={tab} onChange={onTab} keepMounted={false} color="cyan">
        <Tabs.List mb="md">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {texts.session.tabs[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="now">
          <NowTab view={view} step={search.step} onStep={onStep} />
        </Tabs.Panel>
        <Tabs.Panel value="pipelines">
          <PipelinesTab view={view} step={search.step} onStep={onStep} />
        </Tabs.Panel>
        <Tabs.Panel value="placement">
          <PlacementTab view={view} />
        </Tabs.Panel>
        <Tabs.Panel value="score">
          <ScoreTab view={view} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <HistoryTab view={view} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
