import { z } from 'zod';
import { word } from '../app/search-params.ts';

/** What the address of the booking page says: the definition that is chosen. */
export const bookingSearch = z.object({ definition: word });
