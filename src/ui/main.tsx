import './app/tokens.css';
import './app/mantine.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './app/client.ts';
import { reloadWhenOutdated } from './app/reload-when-outdated.ts';
import { router } from './app/router.tsx';
import { contrast, theme } from './app/theme.ts';
import { goLive } from './live/live.ts';
import { tellOfPresence } from './login/presence.ts';

reloadWhenOutdated();
goLive();
tellOfPresence();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={contrast} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
