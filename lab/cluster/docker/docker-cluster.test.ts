import { describeCluster } from '../cluster.conformance.ts';
import { createDockerCluster } from './docker-cluster.ts';
import { findLabelled } from './remove-labelled.ts';
import { describeWithEngine } from './test-engine.ts';

const describeContainers = await describeWithEngine();

describeContainers('in containers', (echoImage) => {
  describeCluster('docker', {
    create: createDockerCluster,
    source: { kind: 'image', image: echoImage },
    leftovers: findLabelled,
  });
});
