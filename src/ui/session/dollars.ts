const format = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });

/** An amount in US dollars: `$4.08`; what is less than a cent is not written as nothing. */
export function dollars(amount: number): string {
  return amount > 0 && amount < 0.01 ? '< $0.01' : format.format(amount);
}
