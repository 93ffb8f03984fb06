/** Words of industry or of what a business does (行业或者经营特点), as they end the core of a name. */
const words = `
食品 饮品 饮料 乳业 乳品 肉业 肉制品 肉类 禽业 禽蛋 蛋品 水产 水产品 调味品 糕点 面业 面粉 面制品 米业 粮油 粮食 粮贸 油脂 油料 食用油
酒业 酒类 白酒 茶业 茶叶 烟酒 副食 副食品 百货 日用品 日化 日杂 生鲜 果蔬 蔬菜 水果 瓜果 果业 餐饮 快餐 火锅 饮食 小吃 烧烤 烘焙 配送
商贸 贸易 经贸 工贸 农贸 国贸 进出口 外贸 物资 购销 供销 销售 批发 零售 商业 商务 实业 产业 百汇 采购 供应链 连锁
科技 技术 网络 网络科技 信息 信息技术 信息科技 软件 电子 电子商务 电子科技 智能 智能科技 数码 通信 通讯 通讯器材 计算机 电脑 数据 物联网
建筑 建设 工程 建筑工程 建设工程 建筑安装 建安 装饰 装饰工程 装修 装潢 安装 防水 防水工程 园林 园林绿化 绿化 市政 市政工程 路桥 公路 道路
土石方 土石方工程 劳务 劳务派遣 人力资源 房地产 房地产开发 置业 开发 物业 物业服务 物业管理 管理 建材 建筑材料 水泥 水泥制品 混凝土 商砼 砖业
石材 石业 砂石 矿业 陶瓷 玻璃 门窗 门业 铝业 铝材 钢结构 钢材 钢铁 金属 金属制品 五金 五金机电 机电 机械 机械制造 机械设备 设备 制造 加工 农机 农业机械
电器 家电 家用电器 电气 电力 电力工程 电缆 照明 灯饰 制冷 空调 暖通 仪器 仪表 水暖 消防 消防器材 安防 环保 环保科技 环境 环境工程 节能 新能源
能源 光伏 太阳能 石油 石化 燃气 液化气 天然气 煤炭 煤业 化工 化肥 农药 塑料 塑料制品 塑业 橡胶 涂料 包装 印刷 印务 纸业 造纸 纸制品
医药 药业 药品 大药房 药房 医疗 医疗器械 医疗科技 器械 生物 生物科技 生物技术 生物工程 制药 中药材 中医 保健品 健康 健康管理 养老 养老服务 口腔 眼镜 护理
农业 农业科技 农业发展 农业开发 生态 生态农业 农林 农牧 农资 农副产品 农产品 种业 种子 种植 种养 养殖 养殖业 畜牧 畜禽 牧业 饲料 兽药 林业 苗木 花卉 花木 家庭
服装 服饰 制衣 纺织 针织 针纺 布业 布匹 家纺 鞋业 鞋服 鞋帽 皮革 皮具 箱包 饰品 珠宝 首饰 工艺品 工艺美术 礼品 玩具 文具 文化用品 办公用品 体育用品 化妆品 美容 美发 母婴
家具 家私 家居 木业 木制品 木材 板业 广告 广告传媒 传媒 文化 文化传媒 文化传播 传播 影视 影业 摄影 策划 设计 会展 展览 图书 书业 出版 印章 教育 教育科技 培训 职业培训 咨询 信息咨询 教育咨询 企业管理 企业管理咨询 商务咨询
投资 投资管理 金融 担保 融资担保 典当 小额贷款 贷款 资产管理 资本 保险 保险代理 财务 财务咨询 会计 会计师 律师 税务 税务师 评估 资产评估 拍卖 租赁 汽车租赁 代理 检测 检验 测绘 监理 造价
汽车 汽车销售 汽车服务 汽车贸易 汽车维修 汽修 汽配 汽车配件 摩托车 电动车 车业 配件 船舶配件 运输 物流 货运 客运 快递 仓储 出租 公交 停车 驾驶员培训 驾校 旅游 旅行 旅行社 酒店 酒店管理 宾馆 娱乐 文化娱乐 体育 健身 演艺 景区 家政 家政服务 保洁 清洁 洗涤 洗浴 保安 保安服务 服务 维修 修理 修配 印染 水利 水务 供水 污水处理 热力 再生资源 废品 回收 殡葬 殡仪 幼儿 发展 控股
材料 装饰材料 制品 用品 酒店用品 产品 水利 水利水电 水电 铸造 防治 病虫害防治 营销 奶业 航运 器材 器具 机具 工具 农具 零件 零部件 系统 集成 系统集成 运营 经营
生产 研发 处理 利用 综合利用 金融服务 商业管理 市场管理 资讯 直播 短视频 文创 民宿 农庄 山庄 采摘 观光 休闲 垂钓 烟花爆竹 蜂业 蚕业 菌业 食用菌 药材 果品 油业 盐业 糖业 豆制品 蛋业 冷链 冷藏 制冰
`
  .trim()
  .split(/\s+/u)
const known = new Set(words)
const longest = Math.max(...words.map((word) => word.length))

/** Art. 8: a trade name has two characters or more, so words are taken only while two are left before them. */
const leastTradeName = 2
/** 中国石化: the country's name alone is no trade name. */
const country = '中国'

/** Parts what is left of a name after region and form: 天中食品加工 → 天中, 食品加工. */
export function splitIndustry(rest: string): { tradeName: string; industry: string } {
  const least = rest.startsWith(country) ? country.length + leastTradeName : leastTradeName
  let end = rest.length
  for (let length = wordBefore(rest, end, least); length > 0; length = wordBefore(rest, end, least))
    end -= length
  return { tradeName: rest.slice(0, end), industry: rest.slice(end) }
}

function wordBefore(rest: string, end: number, least: number): number {
  for (let length = Math.min(longest, end - least); length >= 2; length -= 1) {
    if (known.has(rest.slice(end - length, end))) return length
  }
  return 0
}
