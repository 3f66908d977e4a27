/** What is shown only when somebody asks for it. */
export const loadDialogs = async () => {
  const [{ default: ChannelDialog }, { default: DeleteChannel }] = await Promise.all([
    import('./ChannelDialog.svelte'),
    import('./DeleteChannel.svelte'),
  ]);
  return { ChannelDialog, DeleteChannel };
};
