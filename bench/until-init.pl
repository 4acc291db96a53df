#!/usr/bin/perl
# Runs a monitor until the guest's /init of bench/init.c speaks on its standard output, and then to its end.
#   until-init.pl GUEST-MEMORY-MIB COMMAND...
# Prints one line, at that moment:
#   elapsed MS worked MS resident KIB own KIB mark LINE
# elapsed: since before the fork; worked: all its threads' time on the CPU, the guest's included; resident: its RSS;
# own: the same without the mapping that is the guest's memory.
use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($guest_mib, @command) = @ARGV;
my $start = clock_gettime(CLOCK_MONOTONIC);
my $pid = open(my $out, '-|', @command) or die "cannot run $command[0]: $!\n";
my $mark;
while (my $line = <$out>) {
	next unless $line =~ m{reached /init};
	$mark = $line;
	last;
}
my $elapsed = clock_gettime(CLOCK_MONOTONIC) - $start;
kill 'STOP', $pid;
die "no mark from: @command\n" unless defined $mark;

my $worked = 0;
for my $task (glob "/proc/$pid/task/*/schedstat") {
	open(my $file, '<', $task) or next;
	my ($nanoseconds) = split ' ', scalar <$file>;
	$worked += $nanoseconds;
}

my ($resident, $guest, $size) = (0, 0, 0);
open(my $smaps, '<', "/proc/$pid/smaps") or die "smaps: $!\n";
while (<$smaps>) {
	$size = $1 if /^Size:\s+(\d+)/;
	next unless /^Rss:\s+(\d+)/;
	$resident += $1;
	$guest += $1 if $size >= ($guest_mib - 2) * 1024 && $size <= ($guest_mib + 2) * 1024;
}
close $smaps;
kill 'CONT', $pid;
1 while <$out>;
close $out;
$mark =~ s/\s+$//;
printf "elapsed %.1f worked %.1f resident %d own %d mark %s\n", $elapsed * 1e3, $worked / 1e6, $resident,
	$resident - $guest, $mark;
