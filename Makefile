# make demo   three real hosts, upgraded from plaintext to TLS only before your eyes
# make test   everything that can fail: lints, unit, SSH, binary, and the lab with real hosts
# make simulate    more than fifty thousand runs of the engine on simulated clusters
# make mutants     takes one safety check out at a time, and demands that the simulation notices
# make lab-sweep   the cells of faults and phases that are too slow for every change
# make bench  tlsplan against Ansible and against the floor, on the lab
# Each target does all of its own set-up on a Debian machine, as root.

LAB := lab/lab
DEMO := /tmp/tlsplan-demo

.PHONY: demo test lint unit simulate mutants lab-test lab-sweep bench release setup clean

demo: release
	env -u TLSPLAN_LAB $(LAB) up --hosts 3 --server 6.0
	scripts/demo $(DEMO)

test: lint unit lab-test

# What is not cargo's own is installed here and not by `setup`, so that the demo does not wait for it.
lint: setup
	scripts/setup lint
	scripts/lint
	cargo fmt --check
	cargo clippy --all-targets --quiet -- -D warnings
	cargo clippy --all-targets --quiet --features crashpoints -- -D warnings

# What is ignored by default needs OpenSSH, or servers that the tests start themselves.
unit: setup
	cargo test --quiet --features crashpoints
	cargo test --quiet --features crashpoints --test ssh_openssh -- --ignored
	binaries="$$($(LAB) binaries)" && eval "$$binaries" && \
		cargo test --quiet --features crashpoints --test mongo_live -- --ignored

# One at a time: they share three hosts. The program of these tests has the points at which faults come.
IN_LAB := --ignored --test-threads=1
lab-test: setup
	$(LAB) up --hosts 3 --server 6.0
	variables="$$($(LAB) env)" && eval "$$variables" && cargo test --features crashpoints --test host_lab -- $(IN_LAB)
	cargo test --features crashpoints --test lab -- $(IN_LAB) --skip sweep::

lab-sweep: setup
	cargo test --features crashpoints --test lab -- $(IN_LAB) sweep::

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
