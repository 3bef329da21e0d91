"""Words of the edition desk: what each field of evidence is called on a form, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["ANSWERS", "HELP", "LABELS", "LONG"]

LABELS: Final[Mapping[str, str]] = {
    "note": "备注",
    "snapshot": "数据快照编号",
    "manifest_sha256": "快照清单校验值",
    "method_version": "方法版本",
    "document_sha256": "成果校验值",
    "sent_on": "送审日期",
    "due_on": "答复期限",
    "departments": "送达部门",
    "answers": "部门答复",
    "department": "部门",
    "answer": "答复",
    "answered_on": "答复日期",
    "text": "答复内容",
    "settled": "不同意见的处理结果",
    "call_backs": "用人单位回访",
    "entry_id": "条目",
    "called_on": "回访日期",
    "result": "结果",
    "meeting_on": "论证会日期",
    "experts": "专家",
    "name": "姓名",
    "unit": "单位",
    "recused_from": "回避的条目或部分",
    "dissent_seat": "异议席",
    "recusal_asked": "已逐人申报利害关系并回避",
    "votes": "专家表决",
    "agreed": "赞成票",
    "against": "反对票",
    "abstained": "弃权票",
    "minutes": "论证纪要",
    "dissent": "异议意见及处理",
    "legality": "合法性审查",
    "fair_competition": "公平竞争审查",
    "by": "审查人",
    "reviewed_on": "审查日期",
    "number": "文号",
    "notice": "征求意见公告",
    "starts_on": "征求意见开始日",
    "ends_on": "征求意见截止日",
    "informational": "仅供参考的版次（没有政策以它为依据）",
    "body": "审定机关",
    "decided_on": "审定日期",
    "signed_on": "成文日期",
    "valid_from": "有效期自",
    "valid_to": "有效期至",
    "embargo_until": "保密期至",
    "published_on": "发布日期",
    "address": "发布地址",
    "late_because": "逾期发布的原因",
    "archive": "归档号",
    "signed.number": "发文字号",
    "superseded.by": "替代它的版本",
}
"""What a field is called, by field or by state and field."""

HELP: Final[Mapping[str, str]] = {
    "departments": "本版各部分的牵头、责任部门已勾选；少送一个，这一步不能办。",
    "answers": "每个送达部门一行；期满未答复的记“逾期未答复”，不当作同意。没有填写答复的行不提交。",
    "call_backs": "三星及以上条目全部回访，二星条目不少于三成；没有填写结果的行不提交。",
    "experts": "不少于五名，至少一名在异议席；没有填写姓名、单位的行不提交。",
    "recused_from": "条目编码或部分名称，以顿号分开",
    "minutes": "纪要内容，或归档处",
    "dissent": "没有异议时写“无”",
    "ends_on": "不少于 30 日；仅供参考的版次不少于 10 个工作日",
    "informational": "条目附有政策时不能勾选",
    "body": "如人才工作领导小组、局党组",
    "signed.number": "如 营人社发〔2027〕1号",
    "embargo_until": "没有保密期时不填",
    "late_because": "自签发起二十个工作日之后发布才需要",
    "superseded.by": "替代它的版本号，如 2028.1",
}
"""What to know when filling it in, by field or by state and field."""

ANSWERS: Final[Mapping[str, str]] = {
    "accept": "同意",
    "object": "不同意",
    "evidence": "补充依据",
    "silence": "逾期未答复",
}
"""Answers of departments."""

LONG: Final = frozenset({"note", "minutes", "dissent", "notice", "late_because"})
"""Fields that take more than a line."""
