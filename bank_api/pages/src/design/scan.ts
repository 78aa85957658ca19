/**
 * A QR code out of a camera's picture: by the browser's own detector where it has one (Shape Detection API), else by the
 * decoder of the library that also draws our codes. Loaded when somebody scans; no picture leaves this page.
 */
import { decodeQR } from "qr/decode.js";

interface Detector {
  detect(picture: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
declare const BarcodeDetector: { new (how: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> };

/** Wider pictures only cost time: a code that fills the frame has far fewer modules. */
const WIDTH_MAX = 640;

/** Looks at a picture and says what its code says; null while there is none. */
export type Look = (video: HTMLVideoElement) => Promise<string | null>;

export async function looker(): Promise<Look> {
  if ("BarcodeDetector" in globalThis && (await BarcodeDetector.getSupportedFormats().catch((): string[] => [])).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  }
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, WIDTH_MAX / video.videoWidth);
    [canvas.width, canvas.height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
    if (!context || !canvas.width) return null;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return null; // no code in this picture
    }
  };
}
