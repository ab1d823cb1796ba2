import { Refusal } from './refusal.ts';
import { sameJson } from './same-json.ts';
import { isPaused } from './session.ts';
import { illegal, must, type RulesFor } from './session-rules.ts';
import { ms } from './time.ts';

/** A session's lab from its building to its score, and the pauses between. */
export const running: RulesFor<
  | 'startInstantiating'
  | 'bindLab'
  | 'unbindLab'
  | 'openUserSession'
  | 'closeUserSession'
  | 'markReady'
  | 'markRunning'
  | 'startCollecting'
  | 'recordEvidence'
  | 'startGrading'
  | 'recordScore'
  | 'pause'
  | 'resume'
  | 'noteEvent'
> = {
  startInstantiating: (state) => {
    if (state.status === 'INSTANTIATING') return [];
    must(state, ['SCHEDULED'], 'INSTANTIATING');
    if (state.proposal) {
      throw new Refusal(
        'conflict',
        `session ${state.id} is being moved to worker ${state.proposal.workerId}`,
      );
    }
    return [{ type: 'session.instantiating' }];
  },

  bindLab: (state, { lab }) => {
    if (
      state.lab?.labRecordId === lab.labRecordId &&
      state.lab.cmlLabId === lab.cmlLabId &&
      sameJson(state.lab.ports, lab.ports)
    )
      return [];
    must(state, ['INSTANTIATING'], 'INSTANTIATING');
    if (state.lab && state.lab.labRecordId !== lab.labRecordId) {
      throw new Refusal('conflict', `session ${state.id} is bound to lab record ${state.lab.labRecordId}`);
    }
    if (state.placement?.workerId !== lab.workerId) {
      throw new Refusal('conflict', `session ${state.id} is not placed on worker ${lab.workerId}`);
    }
    return [{ type: 'session.lab.bound', lab }];
  },

  unbindLab: (state, { labRecordId }) =>
    state.lab?.labRecordId === labRecordId ? [{ type: 'session.lab.unbound', labRecordId }] : [],

  openUserSession: (state, { userSessionId, ldsSessionId }) => {
    const current = state.userSession;
    if (current?.open && current.id === userSessionId && current.ldsSessionId === ldsSessionId) return [];
    must(state, ['INSTANTIATING'], 'INSTANTIATING');
    if (current?.open && current.id !== userSessionId) {
      throw new Refusal('conflict', `session ${state.id} has user session ${current.id} open`);
    }
    return [{ type: 'session.user-session.opened', userSessionId, ldsSessionId }];
  },

  closeUserSession: (state) => (state.userSession?.open ? [{ type: 'session.user-session.closed' }] : []),

  markReady: (state) => {
    // The step that says so may run twice, and the candidate may log in between.
    if (state.status === 'READY' || state.status === 'RUNNING') return [];
    must(state, ['INSTANTIATING'], 'READY');
    if (!state.lab) throw new Refusal('conflict', `session ${state.id} has no lab yet`);
    // A session that was paused goes on where it was: its candidate has logged in already.
    return state.startedAt
      ? [{ type: 'session.ready' }, { type: 'session.running' }]
      : [{ type: 'session.ready' }];
  },

  markRunning: (state) => {
    if (state.status === 'RUNNING') return [];
    must(state, ['READY'], 'RUNNING');
    return [{ type: 'session.running' }];
  },

  startCollecting: (state) => {
    if (state.status === 'COLLECTING') return [];
    if (state.status === 'STOPPED' && !isPaused(state)) throw illegal(state, 'COLLECTING');
    must(state, ['RUNNING', 'STOPPED'], 'COLLECTING');
    return [{ type: 'session.collecting' }];
  },

  recordEvidence: (state, { evidenceKey }) =>
    state.evidenceKey === evidenceKey ? [] : [{ type: 'session.evidence.recorded', evidenceKey }],

  startGrading: (state, { gradingSessionId }) => {
    if (state.status === 'GRADING' && state.gradingSessionId === gradingSessionId) return [];
    if (state.status !== 'GRADING') must(state, ['COLLECTING'], 'GRADING');
    return [{ type: 'session.grading', gradingSessionId }];
  },

  recordScore: (state, { scoreReportId, result }) =>
    state.scoreReportId === scoreReportId ? [] : [{ type: 'session.score.recorded', scoreReportId, result }],

  pause: (state, { afterStop }) => {
    if (state.status === 'STOPPING' && state.afterStop === afterStop) return [];
    if (isPaused(state) && afterStop === 'stay') return [];
    must(state, ['READY', 'RUNNING'], 'STOPPING');
    return [{ type: 'session.stopping', afterStop }];
  },

  resume: (state, _command, now) => {
    if (state.status === 'INSTANTIATING') return [];
    if (!isPaused(state)) throw illegal(state, 'INSTANTIATING');
    if (now >= ms(state.timeslot.end)) {
      throw new Refusal('conflict', `the timeslot of session ${state.id} was over at ${state.timeslot.end}`);
    }
    return [{ type: 'session.instantiating' }];
  },

  noteEvent: () => [],
};
