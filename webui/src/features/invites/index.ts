/** Links that let others in. What draws their QR codes comes when somebody asks for one. */
export const loadInviteDialog = () => import('./InviteDialog.svelte');
