"""Random faults, many seeds: whatever happens, figure 3 of the paper holds, and once it stops happening the cluster serves again."""

import os
import unittest

from cluster import Cluster

SEEDS = int(os.environ.get("SEEDS", "40"))


class Scenario(unittest.TestCase):
    def run_seed(self, seed: int) -> Cluster:
        voters = ["n1", "n2", "n3", "n4", "n5"][: 3 + 2 * (seed % 2)]
        cluster = Cluster(seed, voters, ("n6",))
        random = cluster.random
        requests = changes = 0
        for round_ in range(40):
            fault = random.choice(["none", "cut", "isolate", "kill", "kill-all", "loss", "one-way"])
            names = list(cluster.nodes)
            if fault == "cut":
                cluster.cut(*random.sample(names, 2))
            elif fault == "isolate":
                leader = cluster.leader()
                cluster.isolate(leader.name if leader and random.random() < 0.6 else random.choice(names))
            elif fault == "one-way":
                cluster.cuts |= {tuple(random.sample(names, 2)) for _ in range(3)}
            elif fault == "loss":
                cluster.loss = 0.2
            elif fault in ("kill", "kill-all"):
                for name in names if fault == "kill-all" else random.sample(names, 2):
                    cluster.kill(name)
            for _ in range(random.randint(5, 40)):
                cluster.step()
                for node in cluster.nodes.values():
                    if not node.alive or random.random() < 0.5:
                        continue
                    requests += 1
                    session = ["c", requests] if random.random() < 0.5 else None
                    cluster.propose(node, {"do": "put", "key": "x", "value": str(requests), "session": session}, f"w{requests}")
                    node.raft.read(("read", requests, len(cluster.committed)))
                leader = cluster.leader()
                if leader is not None and random.random() < 0.1:
                    changes += 1
                    config = {part: list(nodes) for part, nodes in leader.raft.config.items()}
                    config["outgoing"] = []
                    name = random.choice(names)
                    if random.random() < 0.3:
                        config["voters"] = random.sample(names, random.randint(2, 4))
                        config["learners"] = []
                    elif name in config["voters"] and len(config["voters"]) > 2:
                        config["voters"].remove(name)
                    elif name not in config["voters"]:
                        config["voters"].append(name)
                        config["learners"] = [learner for learner in config["learners"] if learner != name]
                    leader.raft.change_config(changes, config, leader.raft.config_index)
            for name in names:
                if not cluster.nodes[name].alive:
                    cluster.restart(name)
            cluster.heal()
        self.recovers(cluster)
        for (_, _, committed), node, applied, _ in cluster.served:
            self.assertGreaterEqual(applied, committed, f"{node} answered a read from before it was asked (seed {seed})")
        return cluster

    def recovers(self, cluster: Cluster) -> None:
        for attempt in range(20):  # a leader may be leaving when it is asked
            if "last" not in cluster.answers:
                cluster.propose(cluster.until_leader(), {"do": "put", "key": "x", "value": "last", "session": None}, "last")
            cluster.run(50)
        self.assertIn("last", cluster.answers, f"nothing is served {20 * 50} ticks after the last fault")
        leader = cluster.until_leader()
        for name in leader.raft.config["voters"]:
            self.assertEqual(cluster.nodes[name].registers.applied_index, leader.registers.applied_index)
            self.assertEqual(cluster.nodes[name].registers.applied_hash, leader.registers.applied_hash)


class Simulation(Scenario):
    def test_seeds(self) -> None:
        leaders = answers = installs = changes = reads = 0
        for seed in range(SEEDS):
            with self.subTest(seed=seed):
                cluster = self.run_seed(seed)
                leaders += len(cluster.leaders)
                answers += len(cluster.answers)
                reads += len(cluster.served)
                installs += sum(node.raft.snapshots_installed for node in cluster.nodes.values())
                changes += sum(outcome == "done" for outcome in cluster.outcomes.values())
        # A simulation in which nothing happens proves nothing.
        print(f"\n{SEEDS} seeds: {leaders} leaders, {answers} writes, {reads} reads, {installs} snapshots installed, {changes} changes")
        for count in (leaders, answers, reads, installs, changes):
            self.assertGreater(count, SEEDS // 2)


if __name__ == "__main__":
    unittest.main()
