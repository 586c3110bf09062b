import { passThrough, type Held, type Outlet, type Stage } from './stage.ts';
import type { Toxic } from './toxic.ts';
import { BandwidthStage } from './toxics/bandwidth.ts';
import { LatencyStage } from './toxics/latency.ts';
import { LimitDataStage } from './toxics/limit-data.ts';
import { ResetPeerStage } from './toxics/reset-peer.ts';
import { SlicerStage } from './toxics/slicer.ts';
import { SlowCloseStage } from './toxics/slow-close.ts';
import { TimeoutStage } from './toxics/timeout.ts';

/** Draws whether `toxic` affects one connection, and makes the stage for it. */
export function drawStage(
  toxic: Toxic,
  outlet: Outlet,
  held: Held,
  random: () => number,
): { readonly stage: Stage; readonly affected: boolean } {
  return random() < toxic.toxicity
    ? { stage: stageOf(toxic, outlet, held, random), affected: true }
    : { stage: passThrough(outlet), affected: false };
}

function stageOf(toxic: Toxic, outlet: Outlet, held: Held, random: () => number): Stage {
  switch (toxic.type) {
    case 'latency':
      return new LatencyStage(toxic, outlet, held, random);
    case 'bandwidth':
      return new BandwidthStage(toxic, outlet, held);
    case 'slow_close':
      return new SlowCloseStage(toxic, outlet);
    case 'timeout':
      return new TimeoutStage(toxic, outlet);
    case 'reset_peer':
      return new ResetPeerStage(toxic, outlet);
    case 'slicer':
      return new SlicerStage(toxic, outlet, held, random);
    case 'limit_data':
      return new LimitDataStage(toxic, outlet);
  }
}
