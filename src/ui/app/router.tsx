import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { texts } from '../texts/texts.ts';
import { FailurePanel } from './failure-panel.tsx';
import { NotFound } from './not-found.tsx';
import { listSearch, parseSearch, partsOf, stringifySearch } from './search-params.ts';
import { Shell } from './shell.tsx';

/** Where every place of the page is. Each place's code is fetched when somebody goes there. */
const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const under = () => root;

const index = createRoute({
  getParentRoute: under,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/overview' });
  },
});

const overview = createRoute({
  getParentRoute: under,
  path: '/overview',
  staticData: { title: texts.overview.title },
  component: lazyRouteComponent(() => import('../overview/overview-page.tsx'), 'OverviewPage'),
});

const sessions = createRoute({
  getParentRoute: under,
  path: '/sessions',
  staticData: { title: texts.sessions.title },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../sessions/sessions-page.tsx'), 'SessionsPage'),
});

const session = createRoute({
  getParentRoute: under,
  path: '/sessions/$id',
  staticData: { title: texts.sessions.title, parent: '/sessions' },
  validateSearch: partsOf('tab', 'step'),
  component: lazyRouteComponent(() => import('../session/session-page.tsx'), 'SessionPage'),
});

const book = createRoute({
  getParentRoute: under,
  path: '/book',
  staticData: { title: texts.booking.title },
  validateSearch: partsOf('definition'),
  component: lazyRouteComponent(() => import('../booking/booking-page.tsx'), 'BookingPage'),
});

const workers = createRoute({
  getParentRoute: under,
  path: '/workers',
  staticData: { title: texts.workers.title },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../workers/workers-page.tsx'), 'WorkersPage'),
});

const worker = createRoute({
  getParentRoute: under,
  path: '/workers/$id',
  staticData: { title: texts.workers.title, parent: '/workers' },
  component: lazyRouteComponent(() => import('../workers/worker-page.tsx'), 'WorkerPage'),
});

const definitions = createRoute({
  getParentRoute: under,
  path: '/definitions',
  staticData: { title: texts.definitions.title },
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../definitions/definitions-page.tsx'), 'DefinitionsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([index, overview, sessions, session, book, workers, worker, definitions]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => <FailurePanel error={error} retry={reset} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** What the place is called, in the breadcrumb and in the window's title. */
    title?: string;
    parent?: '/sessions' | '/workers';
  }
}
