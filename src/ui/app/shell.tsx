import { Refusal } from '@lcm/core/api/vocabulary.ts';
import { Outlet, useMatches, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useConnection } from '../live/use-connection.ts';
import { NoAccessPage } from '../login/no-access-page.tsx';
import { SignInPage } from '../login/sign-in-page.tsx';
import { texts } from '../texts/texts.ts';
import { FailureBoundary } from './failure-boundary.tsx';
import { useMe, useMeError } from './me.ts';
import { Nav } from './nav.tsx';
import styles from './shell.module.css';
import { TopBar } from './top-bar.tsx';
import { useShortcuts } from './use-shortcuts.ts';

const Toasts = lazy(() => import('./toasts.tsx').then(({ Toasts: default_ }) => ({ default: default_ })));
const LoginWarning = lazy(() =>
  import('../login/login-warning.tsx').then(({ LoginWarning: default_ }) => ({ default: default_ })),
);
const Palette = lazy(() => import('./palette.tsx').then(({ Palette: default_ }) => ({ default: default_ })));
const KeysHelp = lazy(() =>
  import('./keys-help.tsx').then(({ KeysHelp: default_ }) => ({ default: default_ })),
);

type Floating = 'palette' | 'keys' | undefined;

/** What is around every page: navigation, top bar, keys. */
export function Shell() {
  const [floating, setFloating] = useState<Floating>();
  const [menuOpen, setMenuOpen] = useState(false);
  const signedOut = useConnection().state.kind === 'signedOut';
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const title = useMatches({ select: (matches) => matches.at(-1)?.staticData.title });
  useEffect(() => {
    document.title = title ? `${title} · ${texts.product}` : texts.product;
  }, [title]);
  useShortcuts({ onPalette: () => setFloating('palette'), onHelp: () => setFloating('keys') });
  const me = useMe();
  const error = useMeError();

  if (signedOut) return <SignInPage wasIn={me !== undefined} />;
  if (error instanceof Refusal && error.code === 'forbidden') return <NoAccessPage />;
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        {texts.skipToContent}
      </a>
      <TopBar
        onSearch={() => setFloating('palette')}
        onKeys={() => setFloating('keys')}
        menuOpen={menuOpen}
        onMenu={() => setMenuOpen(!menuOpen)}
      />
      <Nav open={menuOpen} onGo={() => setMenuOpen(false)} />
      <main id="content" className={styles.content} tabIndex={-1}>
        <FailureBoundary key={path}>
          <Outlet />
        </FailureBoundary>
      </main>
      <Suspense>
        <Toasts />
        <LoginWarning />
      </Suspense>
      <Suspense>
        {floating === 'palette' && <Palette onClose={() => setFloating(undefined)} />}
        {floating === 'keys' && <KeysHelp onClose={() => setFloating(undefined)} />}
      </Suspense>
    </div>
  );
}
