#!/usr/bin/perl
# Runs QEMU and one job in it: carries the job's streams and returns its status. Started by lab/run.
# Perl because it is on every Debian (perl-base is essential) and the shell has no sockets.
#
# usage: machine.pl VERBOSE TIMEOUT QEMU ARGUMENTS... with the opening messages of lab/init's
# control port, a line each, on fd 3.
use strict;
use warnings;
use Socket;
use Fcntl;
use POSIX ();
use Time::HiRes qw(time);
use IO::Handle;

use constant { BOOT_SECONDS => 300, STOP_SECONDS => 15, CHUNK => 4096, CONSOLE_KEPT => 16384 };

my ($verbose, $timeout, @qemu) = @ARGV;
open my $opening, '<&=', 3 or die "machine.pl: no messages on fd 3\n";
my $messages = do { local $/; <$opening> };
close $opening;

# One socket pair for each stream; QEMU gets the far end by number.
my (%near, @far);
for my $stream (qw(control stdin stdout stderr console)) {
    socketpair($near{$stream}, my $far, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "socketpair: $!\n";
    fcntl($far, F_SETFD, 0);
    push @qemu, '-chardev', "socket,id=$stream,fd=" . fileno $far;
    push @far, $far;
}

my $stopped_by;    # the status to end with, once something else than the command's end decides it
my $stop_deadline;
my $exit;          # [status, bytes of stdout, bytes of stderr]
my $started  = 0;
my $deadline = time + BOOT_SECONDS;
my $signal   = 0;
$SIG{$_} = do { my $name = $_; sub { $signal ||= POSIX->can("SIG$name")->() } } for qw(INT TERM HUP QUIT);
$SIG{PIPE} = 'IGNORE';

my $qemu = fork // die "fork: $!\n";
if (!$qemu) {
    setpgrp;       # a terminal's ^C is for this process to answer
    open STDIN,  '<', '/dev/null';
    open STDOUT, '>&', $near{console};
    open STDERR, '>&', $near{console};
    exec { $qemu[0] } @qemu or POSIX::_exit(127);
}
close $_ for @far;

my %out = (
    stdout  => { to => \*STDOUT, pending => '', passed => 0 },
    stderr  => { to => \*STDERR, pending => '', passed => 0 },
    console => { to => \*STDERR, pending => '', passed => 0 },
);
my ($to_guest, $to_control, $from_control, $console) = ('', '', '', '');
my $stdin_open = 1;

sub finish {
    my ($status, $why) = @_;
    kill 'TERM', $qemu;
    my $until = time + 5;
    while (waitpid($qemu, POSIX::WNOHANG()) == 0) {
        kill 'KILL', $qemu if time > $until;
        select undef, undef, undef, 0.005;
    }
    if (defined $why) {
        $console =~ s/\r//g;
        print STDERR $console if !$verbose;
        print STDERR "lab/run: $why\n";
    }
    $stopped_by = $status;
    exit $status;
}

sub stop {
    my ($status) = @_;
    finish($stopped_by) if defined $stopped_by && $signal;    # asked twice
    return if defined $stopped_by;
    $stopped_by    = $status;
    $stop_deadline = time + STOP_SECONDS;
    finish($status) if !$started;
    $to_control .= "stop\n";
}

sub answer_control {
    while ($from_control =~ s/^([^\n]*)\n//) {
        my ($message, @words) = split / /, $1;
        if ($message eq 'ready') {
            $to_control .= $messages;
        } elsif ($message eq 'started') {
            $started  = 1;
            $deadline = $timeout ? time + $timeout : undef;
        } elsif ($message eq 'exit') {
            $exit = [@words];
        } elsif ($message eq 'failed') {
            finish(125, "@words");
        }
    }
}

# Reads what is there; false at the end.
sub take {
    my ($handle, $into, $size) = @_;
    my $count = sysread $handle, $$into, $size, length $$into;
    return $count || (!defined $count && $!{EINTR});
}

sub give {
    my ($handle, $from) = @_;
    my $count = syswrite $handle, $$from, CHUNK;
    return $!{EINTR} || $!{EAGAIN} ? 0 : undef if !defined $count;
    substr $$from, 0, $count, '';
    return $count;
}

while (1) {
    if ($signal) { stop(128 + $signal); $signal = 0; }
    my $now = time;
    if (defined $deadline && $now > $deadline) {
        finish(125, 'the lab did not boot in ' . BOOT_SECONDS . ' s; its console is above') if !$started;
        stop(124);
        undef $deadline;
    }
    finish($stopped_by) if $stop_deadline && $now > $stop_deadline;
    if ($exit && $out{stdout}{passed} >= $exit->[1] && $out{stderr}{passed} >= $exit->[2]) {
        finish($stopped_by // $exit->[0]);
    }

    my ($read, $write) = ('', '');
    vec($read, fileno $near{control}, 1) = 1;
    vec($write, fileno $near{control}, 1) = 1 if length $to_control;
    if ($started && $stdin_open) {
        vec($read, 0, 1) = 1 if !length $to_guest;
        vec($write, fileno $near{stdin}, 1) = 1 if length $to_guest;
    }
    for my $stream (keys %out) {
        my $flow = $out{$stream};
        if (length $flow->{pending}) { vec($write, fileno $flow->{to}, 1) = 1 }
        else                         { vec($read, fileno $near{$stream}, 1) = 1 }
    }
    my @ends = sort { $a <=> $b } grep { defined } $deadline, $stop_deadline;
    my $wait = @ends ? $ends[0] - $now : undef;
    $wait = 0 if defined $wait && $wait < 0;
    next if select($read, $write, undef, $wait) < 0;

    for my $stream (keys %out) {
        my $flow = $out{$stream};
        if (vec $write, fileno $flow->{to}, 1 and length $flow->{pending}) {
            my $count = give($flow->{to}, \$flow->{pending});
            if (!defined $count) {    # the reader has gone
                $flow->{passed} += length $flow->{pending};
                $flow->{pending} = '';
                stop(128 + POSIX::SIGPIPE()) if $stream ne 'console';
            } else {
                $flow->{passed} += $count;
            }
        } elsif (vec $read, fileno $near{$stream}, 1) {
            my $taken = '';
            next if !take($near{$stream}, \$taken, 65536);
            if ($stream eq 'console') {
                $console = substr $console . $taken, -CONSOLE_KEPT;
                next if !$verbose;
            }
            $flow->{pending} .= $taken;
        }
    }
    if (vec $write, fileno $near{stdin}, 1) {
        $to_guest = '' if !defined give($near{stdin}, \$to_guest);
    }
    if ($started && $stdin_open && vec $read, 0, 1) {
        if (!take(\*STDIN, \$to_guest, 65536)) {
            $stdin_open = 0;
            shutdown $near{stdin}, 1;
        }
    }
    give($near{control}, \$to_control) if vec $write, fileno $near{control}, 1;
    if (vec $read, fileno $near{control}, 1) {
        if (!take($near{control}, \$from_control, 65536)) {
            take($near{console}, \$console, 65536) if !$verbose;
            finish($stopped_by // 125, $started
                ? 'the lab went down under the command; its console is above'
                : 'the lab did not boot; its console is above');
        }
        answer_control();
    }
}
