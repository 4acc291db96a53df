# 'make' lists the targets. Stamps under build/stamps say what is done; files that packages bring lie
# under build, too, and need no root. See CONTRIBUTING.md.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
# The targets share Maven's target directories and two cores are soon busy: -j would gain nothing.
.NOTPARALLEL:

MVN := tools/maven -q
STAMPS := build/stamps
HOSTS := $(or $(LODGE_LAB_HOSTS),6.1)
# Where the CPU cannot run virtual machines, the emulated one does.
LAB := $(shell grep -qwE 'vmx|svm' /proc/cpuinfo || echo lab)

# Directories, too: their times tell of files that are gone.
MODULES := kvm-bindings virtio-rings scheduler paravirt-guest vmm cli
SOURCES := pom.xml .mvn/jvm.config $(MODULES:%=%/pom.xml) $(shell find $(MODULES:%=%/src/main))

# The first image of a newcomer is one that takes seconds.
DEMO_IMAGE := $(if $(wildcard $(STAMPS)/image),$(STAMPS)/image,$(STAMPS)/brief-image)

.PHONY: help setup build guest lab demo test bench schedule fuzz format clean distclean

help: ## lists the targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18
	@echo 'Each does what it needs first. A newcomer starts with: make demo'

demo: $(DEMO_IMAGE) guest $(LAB) ## boots Debian's kernel as a Xen guest and runs a command in it
	@tools/demo

test: build guest $(LAB) ## checks the format, runs the unit tests and those that boot guests
	@tools/test $(HOSTS)

bench: build guest $(STAMPS)/lab-6.1 $(STAMPS)/lab-6.12 ## prints the figures that Lodge is held to
	@tools/bench

fuzz: | setup ## attacks parsers and hypercalls by coverage-guided fuzzing, FUZZ_SECONDS (60) each
	@tools/fuzz

schedule: | setup ## draws schedules of simulated domains, and prints their shares and latencies
	@$(MVN) -Dmaven.test.skip=true -pl scheduler -am package
	@"$$(tools/jdk)/bin/java" -p scheduler/target/classes -m dev.lodge.scheduler/dev.lodge.scheduler.simulation.SampleSchedule build/schedule.svg

build: $(STAMPS)/image ## compiles, and makes build/image: a Java runtime with Lodge in it

guest: $(STAMPS)/guest ## fetches Debian's kernels and a busybox for guests, into build/guest

lab: $(HOSTS:%=$(STAMPS)/lab-%) ## makes the emulated machine ready, for hosts without virtualisation

format: | setup ## formats all Java files
	@$(MVN) spotless:apply

setup: ## installs the Debian packages that are missing, and finds a JDK 25
	@tools/setup $(if $(filter setup,$(MAKECMDGOALS)),,--quiet)

clean: ## removes what was compiled, and keeps what was fetched
	@rm -rf */target build/image build/image.work $(STAMPS)/{package,image,brief-image}

distclean: clean ## removes build, with the fetched kernels, too
	@rm -rf build

$(STAMPS)/package: $(SOURCES) | setup $(STAMPS)
	@echo 'make: compiling (a first time takes some minutes: Maven fetches its plugins)'
	@$(MVN) -Dmaven.test.skip=true -pl cli -am package
	@touch $@

$(STAMPS)/image: $(STAMPS)/package $(STAMPS)/guest $(LAB:lab=$(STAMPS)/lab-6.12) tools/image tools/static-cc lodge \
		bench/disk.c bench/tree.c $(wildcard training/*)
	@rm -f $(STAMPS)/brief-image
	@JAVA_HOME=$$(tools/jdk) tools/image
	@touch $@

$(STAMPS)/brief-image: $(STAMPS)/package tools/image lodge
	@JAVA_HOME=$$(tools/jdk) tools/image --brief
	@touch $@

$(STAMPS)/guest: tools/guest tools/debian-package | setup $(STAMPS)
	@tools/guest
	@touch $@

$(STAMPS)/lab-%: lab/run lab/init lab/machine-files lab/machine.pl tools/debian-package | setup $(STAMPS)
	@echo 'make: preparing the lab, an emulated machine with Linux $* as its host'
	@lab/run --host $* --timeout 300 -- test -c /dev/kvm </dev/null
	@touch $@

$(STAMPS):
	@mkdir -p $@
