import {
  IconCalendarPlus,
  IconLayoutDashboard,
  IconListDetails,
  IconServer2,
  IconTemplate,
} from '@tabler/icons-react';
import { texts } from '../texts/texts.ts';

/** The places that the navigation, the palette and `g` with a letter lead to. */
export const PLACES = [
  { to: '/overview', title: texts.nav.overview, letter: 'o', icon: IconLayoutDashboard },
  { to: '/sessions', title: texts.nav.sessions, letter: 's', icon: IconListDetails },
  { to: '/workers', title: texts.nav.workers, letter: 'w', icon: IconServer2 },
  { to: '/definitions', title: texts.nav.definitions, letter: 'd', icon: IconTemplate },
  { to: '/book', title: texts.nav.book, letter: 'b', icon: IconCalendarPlus },
] as const;
