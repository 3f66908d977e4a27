/** A text field as high as its text, up to what its style allows; `field-sizing` is not in every browser yet. */
export function grow(text: () => string): (node: HTMLTextAreaElement) => void {
  return (node) => {
    void text();
    node.style.height = 'auto';
    node.style.height = `${node.scrollHeight}px`;
  };
}
