/** True for kinds that take the visitor's attention: one at a time. */
export const interrupts = ({ kind }: { kind: string }): boolean => /^(tour|modal)$/.test(kind);
