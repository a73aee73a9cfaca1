# make demo      three real hosts, upgraded from plaintext to TLS only before your eyes
# make quick     formatting and the tests of pure code
# make test      every promise: lints, unit, SSH, binary, and the lab with real hosts
# make test-all  the same and everything that is slower, in parts; a part that has passed for this commit is not run again
# make simulate  more than fifty thousand runs of the engine on simulated clusters
# make mutants   takes one safety check out at a time, and demands that the simulation notices
# make bench     tlsplan against Ansible and against the floor, on the lab
# Each target does all of its own set-up on a Debian machine, as root.

LAB := lab/lab
DEMO := /tmp/tlsplan-demo

.PHONY: demo quick test test-all build lint lint-release unit simulate mutants bench release setup clean
.PHONY: lab-up lab-sets lab-test lab-thorough lab-sweep lab-self

demo: release
	env -u TLSPLAN_LAB $(LAB) up --hosts 3 --server 6.0
	scripts/demo $(DEMO)

# One set of features for everything that tests, so that it is built once. The program of the tests has the points
# at which faults come; `make lint-release` and `make release` look at the one that is shipped.
TEST := cargo test --features crashpoints

# What reads and writes nothing but a temporary directory, and waits for nothing; of the simulation what is told one by one.
PURE := --lib --test arrows --test docs --test rings --test journal --test mongo_replies --test simulation \
	--test bug --test check --test cli --test events --test report --test state_dir

quick:
	cargo fmt --check
	$(TEST) --quiet $(PURE) -- --skip many_seeds --skip the_controller_may_die --skip cells::driver

# The compiler and the lab's first set-up, which is downloads and waiting, do not wait for each other.
test: setup
	$(MAKE) -j2 build lab-sets
	$(MAKE) lint
	$(MAKE) unit
	$(MAKE) lab-test

PARTS := lint lint-release unit lab-self lab-test lab-thorough lab-sweep simulate mutants
# A directory per commit; where files differ from it no part is taken for done.
PASSED := target/passed/$(shell git describe --always --abbrev=40 --exclude '*' --dirty)

test-all: $(PARTS:%=$(PASSED)/%)

$(PASSED)/%:
	$(MAKE) $*
	@mkdir -p $(@D)
	@case $@ in *-dirty/*) ;; *) touch $@ ;; esac

build: setup
	$(TEST) --quiet --no-run

# What is not cargo's own is installed here and not by `setup`, so that the demo does not wait for it.
lint: setup
	scripts/setup lint
	scripts/lint
	cargo fmt --check
	cargo clippy --all-targets --quiet --features crashpoints -- -D warnings

lint-release: setup
	cargo clippy --quiet -- -D warnings

# What is ignored by default needs OpenSSH, or servers that the tests start themselves.
unit: setup
	$(TEST) --quiet
	$(TEST) --quiet --test ssh_openssh -- --ignored
	binaries="$$($(LAB) binaries)" && eval "$$binaries" && $(TEST) --quiet --test mongo_live -- --ignored

lab-up: setup
	$(LAB) up --hosts 3 --server 6.0

# Each kind of set that `make lab-test` asks for is made once and stored.
lab-sets: setup
	$(LAB) up --hosts 3 --server 4.2
	$(LAB) up --hosts 3 --server 6.0 --auth --sudo-password
	$(LAB) up --hosts 3 --server 6.0

# One at a time: they share three hosts. The module of a test says when it is run, see tests/lab/main.rs.
IN_LAB := --ignored --test-threads=1
lab-test: lab-up
	variables="$$($(LAB) env)" && eval "$$variables" && $(TEST) --test host_lab -- $(IN_LAB)
	$(TEST) --test lab -- $(IN_LAB) --skip thorough:: --skip sweep::

lab-thorough: setup
	$(TEST) --test lab -- $(IN_LAB) thorough::

lab-sweep: setup
	$(TEST) --test lab -- $(IN_LAB) sweep::

lab-self: setup
	python3 -m unittest discover lab

# Optimised, which takes longer to compile than a few runs are worth. Every moment at which the controller can die, every cell of
# tests/faults.toml, and so many seeds.
SIMULATION := --test simulation -- --nocapture --test-threads=1
simulate: setup
	TLSPLAN_RUNS=$${TLSPLAN_RUNS:-12000} \
		cargo --config 'profile.dev.package.tlsplan.opt-level = 1' test --quiet $(SIMULATION)

mutants: setup
	tests/mutants/run

bench: release
	benches/run --tlsplan target/release/tlsplan

# A program that can be made to die must never be shipped.
release: setup
	cargo build --release --quiet
	@if grep -aq -e TLSPLAN_CRASH -e TLSPLAN_TEST_HOOK -e TLSPLAN_NO_CANARY target/release/tlsplan; then \
		echo "release: target/release/tlsplan has crash points" >&2; exit 1; \
	fi

setup:
	scripts/setup

clean:
	$(LAB) purge
