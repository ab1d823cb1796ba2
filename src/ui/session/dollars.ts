const format = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });

/** An amount in US dollars: `$4.08`. */
export const dollars = (amount: number): string => format.format(amount);
