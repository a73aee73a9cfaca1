# make demo   three real hosts, upgraded from plaintext to TLS only before your eyes
# make test   everything that can fail: lints, unit, SSH, binary, and the lab with real hosts
# make simulate  fifty thousand runs of the engine on simulated clusters
# make mutants   takes one safety check out at a time, and demands that the simulation notices
# make bench  tlsplan against Ansible and against the floor, on the lab
# Each target does all of its own set-up on a Debian machine, as root.

LAB := lab/lab
DEMO := /tmp/tlsplan-demo

.PHONY: demo test lint unit lab-test simulate mutants bench release setup clean

demo: release
	env -u TLSPLAN_LAB $(LAB) up --hosts 3 --server 6.0
	scripts/demo $(DEMO)

test: lint unit simulate lab-test

lint: setup
	cargo fmt --check
	cargo clippy --all-targets --quiet -- -D warnings

# What is ignored by default needs OpenSSH, or servers that the tests start themselves.
unit: setup
	cargo test --quiet
	cargo test --quiet --test ssh_openssh -- --ignored
	binaries="$$($(LAB) binaries)" && eval "$$binaries" && cargo test --quiet --test mongo_live -- --ignored

# One at a time: they share three hosts.
lab-test: setup
	$(LAB) up --hosts 3 --server 6.0
	variables="$$($(LAB) env)" && eval "$$variables" && cargo test --test host_lab -- --ignored --test-threads=1
	cargo test --test lab -- --ignored --test-threads=1

# Optimised, which takes longer to compile than a few runs are worth. Every moment at which the controller can die, every cell of tests/faults.toml, and so many seeds.
simulate: setup
	TLSPLAN_RUNS=$${TLSPLAN_RUNS:-12000} cargo --config 'profile.dev.package.tlsplan.opt-level = 1' test --quiet --test simulation -- --nocapture --test-threads=1

mutants: setup
	tests/mutants/run

bench: release
	benches/run --tlsplan target/release/tlsplan

release: setup
	cargo build --release --quiet

setup:
	scripts/setup

clean:
	$(LAB) purge
