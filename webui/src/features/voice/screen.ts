/** Filling the screen and floating over other windows, where the browser can. */

interface ApplePicture extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
}

export function canFloat(): boolean {
  return 'pictureInPictureEnabled' in document && document.pictureInPictureEnabled;
}

/** An iPhone fills the screen with the bare picture only, everyone else with the whole tile. */
export async function toggleFull(tile: HTMLElement, picture: ApplePicture | null): Promise<void> {
  if (document.fullscreenElement === tile) {
    await document.exitFullscreen();
  } else if ('requestFullscreen' in tile) {
    await tile.requestFullscreen();
  } else {
    picture?.webkitEnterFullscreen?.();
  }
}

export async function toggleFloat(picture: HTMLVideoElement | null): Promise<void> {
  if (picture === null || !canFloat()) return;
  if (document.pictureInPictureElement === picture) await document.exitPictureInPicture();
  else await picture.requestPictureInPicture();
}
