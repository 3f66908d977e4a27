/** Whether the caret stands in a piece of code that was begun and not shut before it: Enter goes on in it. */
export function isInFence(text: string, caret: number): boolean {
  return text.slice(0, caret).split('```').length % 2 === 0;
}
