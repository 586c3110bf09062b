# Raft Lab. `make help` lists the targets; the two that matter first are `make jepsen` and `make test`.

SHELL := /bin/bash
# Everything runs on the Node that package.json pins, whatever Node the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# A run started from here ends, and cleans up, when this make ends, however it ends.
export RAFT_LAB_STOP_WITH_PARENT := 1

INSTALLED := node_modules/.installed
RAFT_LAB := ./raft-lab
JEST := NODE_OPTIONS="--experimental-vm-modules --disable-warning=ExperimentalWarning" jest

# What `make jepsen` passes on, where it is given.
CLUSTER ?= auto
NODES ?= 5
TIME ?= 60
SEED ?=
NEMESIS ?= all
MUTANT ?=
# What `make sim` passes on.
SEEDS ?= 500
FIRST_SEED ?=
# What `make sim-mutants` passes on; with RESUME=1 it goes on where it was broken off.
MUTANT_SEEDS ?= 2000
RESUME ?=

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  %-16s %s\n", $$1, $$2 }'

.PHONY: install
install: $(INSTALLED) ## install what the project needs; every target does so by itself

.PHONY: jepsen
jepsen: $(INSTALLED) ## test the reference node under faults; CLUSTER= NODES= TIME= SEED= NEMESIS= MUTANT= are passed through
	@$(RAFT_LAB) test --cluster $(CLUSTER) --nodes $(NODES) --time $(TIME) --nemesis $(NEMESIS) $(if $(SEED),--seed $(SEED)) $(if $(MUTANT),--mutant $(MUTANT))

.PHONY: sim
sim: $(INSTALLED) ## test the reference core in virtual time; SEEDS= FIRST_SEED= MUTANT= are passed through
	@$(RAFT_LAB) sim --seeds $(SEEDS) $(if $(FIRST_SEED),--first-seed $(FIRST_SEED)) $(if $(MUTANT),--mutant $(MUTANT))

.PHONY: sim-mutants
sim-mutants: $(INSTALLED) ## break every rule of the core in virtual time until it is caught, and write docs/mutants.md; MUTANT_SEEDS= RESUME=1
	@$(RAFT_LAB) sim --mutants --seeds $(MUTANT_SEEDS) --table docs/mutants.md $(if $(RESUME),--resume)

.PHONY: grade
grade: $(INSTALLED) ## grade the class in examples/class; CLASS= RUBRIC= OUT= JOBS= CLUSTER= are passed through
	@$(RAFT_LAB) grade $(or $(CLASS),examples/class) --out $(or $(OUT),store/grades) $(if $(RUBRIC),--rubric $(RUBRIC)) $(if $(JOBS),-j $(JOBS)) $(if $(filter docker process,$(CLUSTER)),--cluster $(CLUSTER))

.PHONY: test
test: $(INSTALLED) ## run all tests; those that need a container engine or a browser say so where there is none
	@$(JEST) $(TESTS)

.PHONY: python
python: ## run the tests of the node in Python (needs python3); SEEDS=
	@python3 examples/python/tests/run.py

.PHONY: check
check: $(INSTALLED) ## types, lint, format, house rules, unused code
	tsc --noEmit -p .
	eslint .
	prettier --check --log-level warn .
	depcruise checker workloads node lab --config .dependency-cruiser.cjs
	knip

.PHONY: fmt
fmt: $(INSTALLED) ## format everything and mend what the linter can
	prettier --write --log-level warn .
	eslint --fix .

.PHONY: build
build: $(INSTALLED) ## compile what is published, into each package's dist/
	tsc -b tsconfig.build.json
	chmod +x lab/dist/cli/main.js checker/dist/cli/main.js
	mkdir -p lab/dist/report/page && cp lab/report/page/*.mjs lab/report/page/*.css lab/dist/report/page/
	cp lab/grade/outputs/page.css lab/dist/grade/outputs/
	cp -r lab/grade/rubrics lab/dist/grade/

.PHONY: pack
pack: build ## pack what is published into .cache/packs, to be installed elsewhere without a registry
	@rm -rf .cache/packs && mkdir -p .cache/packs
	npm pack --silent --ignore-scripts --pack-destination .cache/packs $(addprefix --workspace=,checker workloads node lab)

.PHONY: bench-checker
bench-checker: $(INSTALLED) ## measure the checker beside Porcupine (needs Go), into bench/results; QUICK=1 only tries it out
	node --conditions=raft-lab:source bench/checker/run.ts $(if $(QUICK),--seeds 1 --scale 0.05 --seconds 2 --out .cache/bench-checker)

.PHONY: fuzz-checker
fuzz-checker: $(INSTALLED) ## compare the checker's engines, brute force and Porcupine (needs Go); COUNT= small and LONG= long histories
	@mkdir -p .cache/bin
	go build -C bench/peers/porcupine -o $(CURDIR)/.cache/bin/porcupine .
	node --conditions=raft-lab:source bench/checker/fuzz.ts --small $(or $(COUNT),1000000) --long $(or $(LONG),2000) --porcupine .cache/bin/porcupine

.PHONY: bench-node
bench-node: $(INSTALLED) ## measure the reference node beside etcd (Debian's etcd-server); QUICK=1 only tries it out
	node --conditions=raft-lab:source bench/node/run.ts $(if $(QUICK),--quick)

.PHONY: golden
golden: $(INSTALLED) ## rewrite what the core's scripts tell; commit the change only when every line of it is understood
	GOLDEN=rewrite $(JEST) node/core/golden.test.ts

.PHONY: kills
kills: $(INSTALLED) ## kill random nodes under load and check that nothing acknowledged is lost; KILLS= MINUTES=
	node --conditions=raft-lab:source bench/node-kills.ts --kills $(or $(KILLS),300) --minutes $(or $(MINUTES),10)

.PHONY: soak
soak: $(INSTALLED) ## three reference nodes under a steady load: answers right, memory and disk flat; MINUTES= (60) RATE= (500)
	node --conditions=raft-lab:source bench/soak/run.ts --minutes $(or $(MINUTES),60) --rate $(or $(RATE),500)

.PHONY: toxiproxy
toxiproxy: ## build the real Toxiproxy server (needs Go), so that its conformance tests run
	docker/offline/build-toxiproxy.sh .cache/bin

.PHONY: clean
clean: ## remove what was installed, built and stored
	rm -rf node_modules */node_modules */dist .cache coverage store

$(INSTALLED): package-lock.json package.json $(wildcard */package.json examples/*/package.json)
	@# Only the package that brings the pinned Node may run an install script.
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	npm rebuild node --ignore-scripts=false --loglevel=error
	@touch $@
