/** A cluster of two nodes on one machine. */
export const slurmConf = (
  root: string,
  [control, first, second]: readonly number[],
): string => `ClusterName=headway
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${control}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${root}/munge/munge.sock,cred_expire=20
CredType=cred/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPidFile=${root}/run/slurmctld.pid
SlurmdPidFile=${root}/run/slurmd.%n.pid
StateSaveLocation=${root}/state
SlurmdSpoolDir=${root}/spool.%n
SlurmctldLogFile=${root}/log/slurmctld.log
SlurmdLogFile=${root}/log/slurmd.%n.log
# Neither cgroups nor accounting: containers have none, and Headway needs none.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=5
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
SlurmdTimeout=20
KillWait=3
MinJobAge=300
# Fewer than the tests' runs; 1001 by default, and a sweep may have more.
MaxArraySize=5
JobRequeue=1
NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=${first} CPUs=1 RealMemory=1000
NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=${second} CPUs=1 RealMemory=1000
PartitionName=main Nodes=ALL Default=YES MaxTime=60 State=UP
`
