/** What a colour means on this page. Shape and word say the same, for those who do not see the colour. */
export type Tone = 'neutral' | 'planned' | 'working' | 'serving' | 'grading' | 'attention' | 'failed';

export const toneColor = (tone: Tone): string => `var(--tone-${tone})`;
