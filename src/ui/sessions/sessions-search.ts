import { listSearch } from '../app/search-params.ts';

/** What the address of the session list says. */
export const sessionsSearch = listSearch;
