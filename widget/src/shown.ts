// Whether there is something of an element to see, on the screen or off it. Reads layout, changes nothing.

export const area = (box: DOMRect): number => box.width * box.height;
/** One pixel is how pages hide text from the eye and keep it for screen readers. */
const empty = (element: Element): boolean => {
  const box = element.getBoundingClientRect();
  return box.width < 1 || box.height < 1 || area(box) <= 1;
};

/** True where the element is drawn at all; opacity is no matter, styled checkboxes lie under their picture. */
export const rendered = (element: Element): boolean =>
  element.checkVisibility({ visibilityProperty: true, checkVisibilityCSS: true });

/** True where the element has a box: its own, or a child's where it wraps floats. */
export const sized = (element: Element): boolean => !(empty(element) && [...element.children].every(empty));

/** True where there is something to see, on the screen or off it. */
export const shown = (element: Element): boolean => rendered(element) && sized(element);
